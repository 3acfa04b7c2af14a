// On a page that leads on: take along the place that was asked for, which the redirect would lose. Runs before it is read.
(() => {
  const leads = JSON.parse(document.currentScript.dataset.moved);
  const asked = decodeURIComponent(location.hash.slice(1));
  if (!asked) return;
  window.stop();
  location.replace(leads[asked] ?? leads[""].split("#")[0] + location.hash);
})();
