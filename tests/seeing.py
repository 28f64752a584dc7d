"""What must hold of every page: nothing is cut off that cannot be scrolled to, and axe finds nothing serious."""

from axe_playwright_python.sync_playwright import Axe

WIDTHS = ((1280, 900), (1366, 768), (1440, 900), (1536, 864), (1920, 1080), (640, 450))  # the last is 1280 at 200 % zoom
CUT_OFF = """
() => {
  const faults = [], counts = ["INPUT", "SELECT", "BUTTON", "IMG", "TABLE"];
  for (const node of document.querySelectorAll(".kam-desk *, .jp-OutputArea-output *")) {
    if (!node.getClientRects().length || node.closest("svg, style, script, option, .kam-unseen")) continue;
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own && !counts.includes(node.tagName)) continue;
    const box = node.getBoundingClientRect(), words = `${node.tagName} ${node.textContent.trim().slice(0, 30)}`;
    const over = node.scrollWidth - node.clientWidth;
    const self = getComputedStyle(node);
    if (over > 1 && node.clientWidth && self.display !== "inline" && ["hidden", "clip"].includes(self.overflowX)) {
      faults.push(`${words}: ${over} of its own`);
      continue;
    }
    for (let at = node.parentElement; at && at !== document.documentElement; at = at.parentElement) {
      const { overflowX } = getComputedStyle(at), around = at.getBoundingClientRect();
      if (["auto", "scroll"].includes(overflowX)) break;
      if (overflowX === "visible" || (box.right <= around.right + 1.5 && box.left >= around.left - 1.5)) continue;
      faults.push(`${words}: ${Math.round(box.right - around.right)} beyond ${at.className.slice(0, 60)}`);
      break;
    }
  }
  const { scrollWidth, clientWidth } = document.scrollingElement;
  return scrollWidth > clientWidth + 1 ? [...faults, `the page is ${scrollWidth} wide, of ${clientWidth}`] : faults;
}
"""


def find_cut_off(page):
    """Return what is cut off at the widths of usual screens and at 200 % zoom, by width."""
    found = {}
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        found[width] = page.evaluate(CUT_OFF)
    page.set_viewport_size({"width": 1280, "height": 1000})
    return {width: faults for width, faults in found.items() if faults}


def find_serious(page):
    """Return what axe finds on a page that is serious or critical."""
    found = Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in ("serious", "critical")]
