// A list with only its visible rows in the document.
const ROW = 46;
const BEYOND = 8;
// Pixels: browsers draw nothing that is much taller. The rows of a longer list are scrolled past faster.
const TALLEST = 8000000;

class VirtualList {
  // box: scrolls; inner: as high as all rows; draw(place): the row of a place; choose(place): it was chosen.
  constructor(box, inner, draw, choose) {
    Object.assign(this, { box, inner, draw, choose, count: 0, cursor: -1 });
    box.addEventListener("scroll", () => this.later(), { passive: true });
    box.addEventListener("keydown", (event) => this.key(event));
    inner.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) this.move(Number(row.dataset.place));
    });
    if (typeof ResizeObserver === "function") new ResizeObserver(() => this.later()).observe(box);
  }

  show(count, cursor) {
    this.count = count;
    this.cursor = cursor;
    this.height = Math.min(count * ROW, TALLEST);
    this.inner.style.height = `${this.height}px`;
    if (cursor >= 0) this.reveal(cursor);
    else this.box.scrollTop = 0;
    this.render();
  }

  // How many pixels of rows pass for one that is scrolled.
  get pace() {
    const room = this.box.clientHeight;
    return this.height > room ? Math.max(1, (this.count * ROW - room) / (this.height - room)) : 1;
  }

  // The pixels of rows above the visible ones.
  get above() { return this.box.scrollTop * this.pace; }

  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.render(); });
  }

  render() {
    const above = this.above;
    const first = Math.max(0, Math.floor(above / ROW) - BEYOND);
    const last = Math.min(this.count, Math.ceil((above + this.box.clientHeight) / ROW) + BEYOND);
    const rows = [];
    for (let place = first; place < last; place++) rows.push(this.row(place));
    if (this.cursor >= 0 && this.cursor < this.count && (this.cursor < first || this.cursor >= last)) rows.push(this.row(this.cursor));
    this.inner.replaceChildren(...rows);
    if (this.cursor >= 0) this.box.setAttribute("aria-activedescendant", `row-${this.cursor}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  row(place) {
    const row = this.draw(place);
    row.id = `row-${place}`;
    row.dataset.place = String(place);
    row.style.top = `${place * ROW - this.above + this.box.scrollTop}px`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-posinset", String(place + 1));
    row.setAttribute("aria-setsize", String(this.count));
    row.setAttribute("aria-selected", String(place === this.cursor));
    return row;
  }

  reveal(place) {
    const top = place * ROW, height = this.box.clientHeight, pace = this.pace;
    if (top < this.above) this.box.scrollTop = top / pace;
    else if (top + ROW > this.above + height) this.box.scrollTop = (top + ROW - height) / pace;
  }

  move(place) {
    if (!this.count) return;
    this.cursor = Math.min(this.count - 1, Math.max(0, place));
    this.reveal(this.cursor);
    this.render();
    this.choose(this.cursor);
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1);
    const to = {
      ArrowDown: this.cursor + 1, ArrowUp: this.cursor - 1, PageDown: this.cursor + page, PageUp: this.cursor - page,
      Home: 0, End: this.count - 1, Enter: this.cursor, " ": this.cursor,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.move(to);
  }
}
