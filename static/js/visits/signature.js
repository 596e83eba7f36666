// A signature drawn on the screen: strokes as points in a box of 1000 × 400, whatever the size of the screen.
window.visits = window.visits || {};
visits.signature = (() => {
  const WIDTH = 1000;
  const HEIGHT = 400;
  const MOST_POINTS = 20000;

  const draw = (canvas, strokes) => {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    Object.assign(pen, { lineWidth: 6, lineCap: "round", lineJoin: "round", strokeStyle: "#1f2328" });
    strokes.forEach((stroke) => {
      pen.beginPath();
      stroke.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      if (stroke.length === 1) pen.lineTo(stroke[0][0] + 1, stroke[0][1]);
      pen.stroke();
    });
  };

  const sheet = (words) =>
    visits.el("canvas", { class: "signature", width: WIDTH, height: HEIGHT, role: "img", "aria-label": words });

  const pad = () => {
    const canvas = sheet("签字区，请用手指或者笔书写");
    let strokes = [];
    let points = 0;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      const part = (at, size, most) => Math.max(0, Math.min(most, Math.round((at / size) * most)));
      return [part(event.clientX - box.left, box.width, WIDTH), part(event.clientY - box.top, box.height, HEIGHT)];
    };
    const add = (event) => {
      if (points < MOST_POINTS && ++points) strokes.at(-1).push(place(event));
      draw(canvas, strokes);
    };
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      strokes.push([]);
      add(event);
    });
    canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && add(event));
    const clear = () => {
      strokes = [];
      points = 0;
      draw(canvas, strokes);
    };
    return { canvas, clear, strokes: () => strokes.filter((stroke) => stroke.length) };
  };

  const shown = (strokes, name) => {
    const canvas = sheet(`${name}的签字`);
    draw(canvas, strokes);
    return canvas;
  };
  return { pad, shown };
})();
