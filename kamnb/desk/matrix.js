// The matrix as an account can be picked in it: by mouse, or by arrow keys and Enter.
const ACCOUNT = ".kam-account";
const TURN = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function place(node) {
  return [Number(node.dataset.x), Number(node.dataset.y)];
}

// The nearest account in the direction of the key; sideways counts double, so that a row of accounts is walked along.
function nearest(el, from, [dx, dy]) {
  const [x, y] = place(from);
  let best = null, least = Infinity;
  for (const node of el.querySelectorAll(ACCOUNT)) {
    const [u, v] = place(node);
    const ahead = (u - x) * dx + (v - y) * dy, aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
    if (node !== from && ahead > 0 && ahead + 2 * aside < least) {
      best = node;
      least = ahead + 2 * aside;
    }
  }
  return best;
}

// Sliders and their numbers say the name that stands before them; ipywidgets gives it to the eye only.
function nameSliders(desk) {
  for (const slider of desk.querySelectorAll(".widget-slider")) {
    const name = slider.querySelector(".widget-label")?.textContent;
    for (const part of slider.querySelectorAll(".noUi-handle, .widget-readout")) {
      if (name && part.getAttribute("aria-label") !== name) part.setAttribute("aria-label", name);
    }
  }
}

function nameSlidersFromNowOn(el) {
  const desk = el.closest(".kam-desk");
  if (!desk) return () => {};
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
  const focus = (node) => {
    if (!node) return;
    el.querySelectorAll(`${ACCOUNT}[tabindex="0"]`).forEach((other) => other.setAttribute("tabindex", "-1"));
    node.setAttribute("tabindex", "0");
    node.focus();
  };
  const pick = (node) => {
    if (!node) return;
    focus(node);
    model.set("picked", node.dataset.id);
    model.save_changes();
  };
  el.addEventListener("click", (event) => pick(event.target.closest(ACCOUNT)));
  el.addEventListener("keydown", (event) => {
    const node = event.target.closest(ACCOUNT);
    if (!node || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in TURN) focus(nearest(el, node, TURN[event.key]));
    else if (event.key === "Enter" || event.key === " ") pick(node);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  model.on("change:svg", draw);
  draw();
  let stop = () => {};
  requestAnimationFrame(() => (stop = nameSlidersFromNowOn(el))); // once the desk is in the page
  return () => stop();
}

export default { render };
