// A signature drawn on the screen: strokes as points in a box of 1000 × 400, whatever the size of the screen.
import { el } from "./elements.js";

const WIDTH = 1000;
const HEIGHT = 400;
const MOST_POINTS = 20000;

// Return the point of the box that lies under a place on the screen, within the box at any rate.
export function pointIn(box, { clientX, clientY }) {
  const scaled = (at, size, most) => Math.max(0, Math.min(most, Math.round((at / size) * most)));
  return [scaled(clientX - box.left, box.width, WIDTH), scaled(clientY - box.top, box.height, HEIGHT)];
}

// Return a canvas to sign on, what clears it, and what reads its strokes.
export function signaturePad() {
  const canvas = sheet("签字区，请用手指或者笔书写");
  let strokes = [];
  let points = 0;
  const add = (event) => {
    if (points < MOST_POINTS && ++points) strokes.at(-1).push(pointIn(canvas.getBoundingClientRect(), event));
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
}

// Return the picture of a signature.
export function signaturePicture(strokes, name) {
  const canvas = sheet(`${name}的签字`);
  draw(canvas, strokes);
  return canvas;
}

function sheet(words) {
  return el("canvas", { class: "signature", width: WIDTH, height: HEIGHT, role: "img", "aria-label": words });
}

function draw(canvas, strokes) {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, WIDTH, HEIGHT);
  Object.assign(pen, { lineWidth: 6, lineCap: "round", lineJoin: "round", strokeStyle: "#1f2328" });
  strokes.forEach((stroke) => {
    pen.beginPath();
    stroke.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    if (stroke.length === 1) pen.lineTo(stroke[0][0] + 1, stroke[0][1]);
    pen.stroke();
  });
}
