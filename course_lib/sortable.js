// Sorts the rows of a table when a header is pressed: first upwards, then downwards; what is empty stays last.
function (box) {
  const table = box.querySelector("table"), heads = [...table.tHead.rows[0].cells], rows = [...table.tBodies[0].rows];
  const compare = (a, b) => {
    const [x, y] = [Number(a), Number(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x < y ? -1 : x > y ? 1 : 0;
  };
  heads.forEach((head, column) => head.querySelector("button")?.addEventListener("click", () => {
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    const key = (row) => row.cells[column].dataset.key;
    rows.sort((a, b) => (key(a) === "") - (key(b) === "") || sign * compare(key(a), key(b)));
    table.tBodies[0].append(...rows);
  }));
}
