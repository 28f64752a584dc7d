// The matrix at the desk; `picking.js` of the matrix stands before it.
// Sliders and their numbers say the name that stands before them; ipywidgets gives it to the eye only.
function nameSliders(desk) {
  for (const slider of desk.querySelectorAll(".widget-slider")) {
    const name = slider.querySelector(".widget-label")?.textContent;
    for (const part of slider.querySelectorAll(".noUi-handle, .widget-readout")) {
      if (name && part.getAttribute("aria-label") !== name) part.setAttribute("aria-label", name);
    }
  }
}

// A number typed beside a slider: ipywidgets would take 7 of "7,5", and go back without a word where it reads none.
function readTyped(readout) {
  const text = readout.textContent.trim(), plain = text.replace(/^(\d*),(\d{1,2})$/, "$1.$2");
  if (plain !== text) readout.textContent = plain;
  if (/^\d+\.?\d*$|^\.\d+$/.test(plain)) {
    readout.dataset.before = plain;
    return "";
  }
  readout.textContent = readout.dataset.before ?? ""; // else 6 would be taken of "6 or 7"
  return text;
}

function tendSliders(el, refuse) {
  const desk = el.closest(".kam-desk");
  if (!desk) return () => {};
  const look = (event) => {
    const readout = event.target.closest?.(".widget-readout");
    if (!readout || (event.type === "keydown" && event.key !== "Enter")) return;
    if (event.type === "focus") {
      readout.dataset.before = readout.textContent;
      return;
    }
    const refused = readTyped(readout);
    if (refused) refuse(refused, readout.getAttribute("aria-label") ?? "");
  };
  for (const kind of ["focus", "keydown", "blur"]) desk.addEventListener(kind, look, true); // before ipywidgets takes it
  nameSliders(desk);
  const watch = new MutationObserver(() => nameSliders(desk));
  watch.observe(desk, { childList: true, subtree: true });
  return () => watch.disconnect();
}

function render({ model, el }) {
  el.dataset.lmSuppressShortcuts = "true"; // else the notebook takes the arrow keys
  const find = (id) => [...el.querySelectorAll(ACCOUNT)].find((node) => node.dataset.id === id);
  const draw = () => {
    const focused = el.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
    el.innerHTML = model.get("svg");
    if (focused !== undefined) focus(find(focused) ?? el.querySelector(`${ACCOUNT}[tabindex="0"]`));
  };
  const focus = tendMatrix(el, (node) => {
    model.set("picked", node.dataset.id);
    model.save_changes();
  });
  model.on("change:svg", draw);
  draw();
  let stop = () => {};
  const refuse = (text, name) => model.send({ refused: text, name });
  requestAnimationFrame(() => (stop = tendSliders(el, refuse))); // once the desk is in the page
  return () => stop();
}

export default { render };
