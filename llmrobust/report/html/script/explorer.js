// The filters and the list of cases; its state is the page's address behind "#".
const DEFAULTS = { suite: "", operator: "", example: "", status: "", change: "", q: "" };
const PASSING = "passed";

class Explorer {
  constructor(cases) {
    this.cases = cases;
    this.form = document.getElementById("filters");
    this.box = document.getElementById("case");
    this.found = new Int32Array(0);
    this.opened = null;
    this.list = new VirtualList(document.getElementById("rows"), document.getElementById("rows-all"), (place) => this.draw(place), (place) => this.open(this.found[place]));
    this.fill();
    this.form.addEventListener("input", () => this.soon());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", () => setTimeout(() => this.apply(true)));
    window.addEventListener("hashchange", () => this.fromAddress(true));
  }

  // The choices of every filter.
  fill() {
    const { cases, form } = this;
    form.elements.suite.append(make("option", { value: "" }, "all"), ...cases.suites.map((suite) => make("option", { value: suite.name }, suite.name)));
    form.elements.suite.closest("label").hidden = cases.suites.length < 2;
    const families = new Map();
    for (const kind of cases.kinds) {
      if (!families.has(kind.family)) families.set(kind.family, new Set());
      families.get(kind.family).add(kind.operator);
    }
    form.elements.operator.append(make("option", { value: "" }, "all"));
    for (const [family, operators] of families) {
      if (family === "original") { form.elements.operator.append(make("option", { value: "family:original" }, "unperturbed")); continue; }
      const several = operators.size > 1 ? [make("option", { value: `family:${family}` }, `all of ${family}`)] : [];
      const group = make("optgroup", { label: family }, ...several, ...[...operators].map((name) => make("option", { value: `operator:${name}` }, name)));
      if (!several.length && !operators.has(family)) group.prepend(make("option", { value: `family:${family}`, hidden: true }, family));
      form.elements.operator.append(group);
    }
    document.getElementById("example-names").append(...cases.examples.slice(0, 500).map((name) => make("option", { value: name })));
    const counts = new Map();
    for (let i = 0; i < cases.count; i++) counts.set(cases.status(i), (counts.get(cases.status(i)) || 0) + 1);
    this.pills("status-filter", "status", cases.statuses.filter((status) => counts.has(status)).map((status) => [status, `${STATUS[status][0]} ${status}`, counts.get(status)]));
    if (!cases.then) return;
    const changes = new Map();
    for (let i = 0; i < cases.count; i++) changes.set(cases.change(i), (changes.get(cases.change(i)) || 0) + 1);
    this.pills("change-filter", "change", ["broke", "healed", "changed"].map((change) => [change, change === "changed" ? "another answer" : change, changes.get(change) || 0]));
    document.getElementById("change-filter").hidden = false;
  }

  pills(id, name, entries) {
    document.getElementById(id).append(...entries.map(([value, text, count]) =>
      make("label", {}, make("input", { type: "checkbox", name, value }), `${text} `, make("span", { class: "quiet" }, counted(count)))));
  }

  // The filters in the form.
  state() {
    const data = new FormData(this.form);
    const state = { ...DEFAULTS };
    for (const name of ["suite", "operator", "example", "q"]) state[name] = (data.get(name) || "").trim();
    for (const name of ["status", "change"]) state[name] = data.getAll(name).join(",");
    return state;
  }

  fromAddress(scroll) {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) { if (!this.ready) this.apply(false); return; }
    const asked = new URLSearchParams(hash);
    const { form, cases } = this;
    for (const name of ["suite", "operator", "example", "q"]) form.elements[name].value = asked.get(name) || "";
    if (form.elements.operator.selectedIndex < 0) form.elements.operator.value = "";
    if (form.elements.suite.selectedIndex < 0) form.elements.suite.value = "";
    const statuses = (asked.get("status") || "").split(",");
    const changes = (asked.get("change") || "").split(",");
    for (const box of form.querySelectorAll("input[name=status]")) box.checked = statuses.includes(box.value) || (statuses.includes("not-passed") && box.value !== PASSING);
    for (const box of form.querySelectorAll("input[name=change]")) box.checked = changes.includes(box.value);
    const node = asked.get("case");
    let wanted = null;
    if (node) for (let i = 0; i < cases.count && wanted === null; i++) if (cases.node(i) === node) wanted = i;
    this.apply(false, wanted);
    if (node && wanted === null) this.say("The address names a case that is not in this run.");
    if (scroll) document.getElementById("explorer").scrollIntoView();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.apply(true), 120);
  }

  say(text) {
    const state = document.getElementById("explorer-state");
    state.textContent = text;
    state.hidden = !text;
  }

  // Show what the form selects; write: into the address; wanted: the case to open.
  async apply(write, wanted = null) {
    this.ready = true;
    const state = this.state();
    const turn = this.turn = (this.turn || 0) + 1;
    this.say("");
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = this.matching(state);
    const found = words.length ? await this.saying(words, matching, () => turn !== this.turn) : matching;
    if (turn !== this.turn) return;
    this.found = found;
    const opened = wanted === null ? this.opened : wanted;
    const cursor = opened === null ? -1 : this.found.indexOf(opened);
    this.list.show(this.found.length, cursor);
    document.getElementById("found").textContent = `${counted(this.found.length)} of ${counted(this.cases.count)} cases`;
    if (wanted !== null) this.open(wanted, false);
    else if (cursor < 0) this.close();
    if (write) this.write(state);
  }

  matching(state) {
    const { cases } = this;
    const { columns, kinds } = cases;
    const suite = cases.suites.findIndex((one) => one.name === state.suite);
    const [scope, group] = state.operator ? [state.operator.slice(0, state.operator.indexOf(":")), state.operator.slice(state.operator.indexOf(":") + 1)] : ["", ""];
    const kindFits = kinds.map((kind) => !scope || kind[scope] === group);
    const example = state.example.toLowerCase();
    const exact = cases.examples.includes(state.example);
    const exampleFits = cases.examples.map((name) => !example || (exact ? name === state.example : name.toLowerCase().includes(example)));
    const statuses = state.status ? state.status.split(",") : [];
    const statusFits = cases.statuses.map((status) => !statuses.length || statuses.includes(status));
    const changes = state.change ? state.change.split(",") : [];
    const found = [];
    for (let i = 0; i < cases.count; i++) {
      if (!statusFits[columns.status[i]] || !kindFits[columns.kind[i]] || !exampleFits[columns.example[i]]) continue;
      if (suite >= 0 && columns.suite[i] !== suite) continue;
      if (changes.length && !changes.includes(cases.change(i))) continue;
      found.push(i);
    }
    return Int32Array.from(found);
  }

  // Those of these cases that have all words, looked for part by part. isStale: whether the search is no longer wanted.
  async saying(words, places, isStale) {
    const { cases } = this;
    const byPart = new Map();
    for (const i of places) {
      const part = cases.part(i);
      if (!byPart.has(part)) byPart.set(part, []);
      byPart.get(part).push(i);
    }
    const found = [];
    let looked = 0;
    for (const [part, inPart] of byPart) {
      document.getElementById("found").textContent = `Searching … ${counted(looked)} of ${counted(places.length)} cases`;
      await new Promise((resolve) => setTimeout(resolve));
      const prompts = await cases.parts.load(part);
      if (isStale()) return null;
      for (const i of inPart) if (this.says(i, words, prompts)) found.push(i);
      looked += inPart.length;
    }
    return Int32Array.from(found).sort();
  }

  says(i, words, prompts) {
    const { cases } = this;
    const prompt = cases.prompt(i, prompts);
    const texts = [cases.name(i), cases.kind(i).operator, cases.text("answer", i), cases.text("before", i), cases.text("gold", i)];
    if (prompt) texts.push(prompt[2], ...prompt[1].map(([, text]) => text));
    const all = texts.join("\n").toLowerCase();
    return words.every((word) => all.includes(word));
  }

  write(state) {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(state)) if (value) asked.set(name, value);
    if (this.opened !== null) asked.set("case", this.cases.node(this.opened));
    try {
      history.replaceState(null, "", `#${asked.toString() || "explorer"}`);
    } catch { /* some pages may not change their address; carry on */ }
  }

  open(i, write = true) {
    this.opened = i;
    showCase(this.cases, i, this.box);
    this.box.scrollTop = 0;
    if (write) this.write(this.state());
  }

  close() {
    this.opened = null;
    delete this.box.dataset.node;
    this.box.replaceChildren(make("p", { class: "empty", id: "case-title" }, this.found.length ? "Choose a case in the list to see its prompt, answers and how to rerun it." : "No case fits these filters."));
  }

  draw(place) {
    const { cases } = this;
    const i = this.found[place], kind = cases.kind(i), status = cases.status(i);
    const [mark, tone] = STATUS[status];
    const answer = said(cases.text("answer", i)), before = cases.text("before", i);
    const change = cases.change(i);
    const what = kind.family === "original" ? "unperturbed" : kind.variant && kind.variant !== kind.use ? `${kind.use} / ${kind.variant}` : kind.use;
    return make("div", { class: "row" },
      make("span", { class: `mark ${tone}`, title: status, role: "img", "aria-label": status }, mark),
      make("span", {}, ...visibleNodes(cases.example(i), false)),
      make("span", { class: "said" }, ...visibleNodes(kind.family === "original" || before === cases.text("answer", i) ? answer : `${said(before)} → ${answer}`, true)),
      make("span", { class: "what" }, ...visibleNodes(change && change !== "same" ? `${what} · ${change}` : what, false)));
  }
}
