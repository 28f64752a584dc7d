// Accounts are picked in the matrix by mouse, or by arrow keys and Enter: at the desk, and on a page without a server.
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

// Let `pick` be called with the mark that is picked; returns what puts the focus on one.
function tendMatrix(el, pick) {
  const focus = (node) => {
    if (!node) return;
    el.querySelectorAll(`${ACCOUNT}[tabindex="0"]`).forEach((other) => other.setAttribute("tabindex", "-1"));
    node.setAttribute("tabindex", "0");
    node.focus();
  };
  const take = (node) => {
    if (!node) return;
    focus(node);
    pick(node);
  };
  el.addEventListener("click", (event) => take(event.target.closest(ACCOUNT)));
  el.addEventListener("keydown", (event) => {
    const node = event.target.closest(ACCOUNT);
    if (!node || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in TURN) focus(nearest(el, node, TURN[event.key]));
    else if (event.key === "Enter" || event.key === " ") take(node);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return focus;
}
