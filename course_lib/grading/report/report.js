// Sort the table of learners by a click on a column's head; a second click turns the order.
// What has no grade is a number below 0 there, and stays last in either order.
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const body = head.closest("table").tBodies[0];
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const value = row => {
      const cell = row.cells[head.cellIndex];
      return "sort" in cell.dataset ? Number(cell.dataset.sort) : cell.textContent;
    };
    const order = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, undefined, { numeric: true }));
    const rows = [...body.rows].map(row => [value(row), row]);
    const missing = row => row[0] < 0;
    rows.sort((a, b) => missing(a) - missing(b) || (up ? order(a[0], b[0]) : order(b[0], a[0])));
    body.append(...rows.map(row => row[1]));
  });
}
