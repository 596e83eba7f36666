// What of a visit is still on this phone and not sent: counted on every page, and never lost by signing out without a word.
// Signing out takes everything off the phone; the portal says so to the browser too.
(() => {
  if (!("indexedDB" in window) || !indexedDB.databases) return;
  const PREFIX = "visits-";
  const names = async () => (await indexedDB.databases()).map(({ name }) => name).filter((name) => name.startsWith(PREFIX));
  const countIn = (name) =>
    new Promise((done) => {
      const request = indexedDB.open(name);
      request.onupgradeneeded = () => request.transaction.abort(); // it went a moment ago: do not make an empty one
      request.onerror = () => done(0);
      request.onsuccess = () => {
        const database = request.result;
        database.onversionchange = () => database.close();
        if (!database.objectStoreNames.contains("queue")) {
          database.close();
          done(0);
          return;
        }
        const counting = database.transaction("queue").objectStore("queue").count();
        counting.onsuccess = () => (database.close(), done(counting.result));
        counting.onerror = () => (database.close(), done(0));
      };
    });
  const count = async () => (await Promise.all((await names()).map(countIn))).reduce((sum, each) => sum + each, 0);
  const show = async () => {
    const waiting = await count();
    document.querySelectorAll("[data-unsent]").forEach((place) => {
      place.hidden = !waiting;
      place.querySelector("[data-unsent-count]").textContent = String(waiting);
    });
  };
  const purge = async () => {
    await Promise.all(
      (await names()).map(
        (name) =>
          new Promise((done) => {
            const request = indexedDB.deleteDatabase(name);
            request.onsuccess = request.onerror = request.onblocked = () => done();
          }),
      ),
    );
    localStorage.removeItem("visits-owner");
    const kept = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
    await Promise.all(kept.map((name) => caches.delete(name)));
  };
  document.querySelectorAll("form[data-sign-out]").forEach((form) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const waiting = await count().catch(() => 0);
      if (waiting && !window.confirm(`本机还有 ${waiting} 条检查记录没有发送，退出后将从本机清除，不能恢复。确定退出？`)) {
        delete form.dataset.sent;
        return;
      }
      await Promise.race([purge().catch(() => null), new Promise((done) => setTimeout(done, 2000))]);
      form.submit();
    });
  });
  show().catch(() => null);
  setInterval(() => show().catch(() => null), 5000);
})();
