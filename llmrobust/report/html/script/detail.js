// One case in full: the prompt, the answer, and the command that reruns it.
const STATUS = {
  passed: ["✓", "good"], flipped: ["⇄", "bad"], wrong: ["✗", "bad"], stuck: ["=", "bad"],
  unparsed: ["?", "open"], truncated: ["…", "open"], "no-answer": ["∅", "open"],
};
const RELATION = {
  same: "must stay", follows: "follows the edit", "must-change": "must change", "no-promise": "nothing is promised",
};
const said = (answer) => answer === null ? "not read" : answer;
const shellQuoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const replayCommand = (cases, i) => ["llmrobust replay", shellQuoted(cases.node(i)), ...cases.specs.map((spec) => `--llm ${shellQuoted(spec)}`)].join(" ");
const badge = (status) => make("span", { class: `status ${status}` }, `${STATUS[status][0]} ${status}`);
const percent = (share) => share === undefined ? "–" : `${(100 * share).toFixed(1)} %`;

const facts = (pairs) => make("dl", { class: "extra" }, ...pairs.filter(([, value]) => value !== null)
  .map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, ...(typeof value === "string" ? visibleNodes(value, false) : [value])))));

const bar = (share, side) => {
  const fill = make("span", { class: "fill" });
  fill.style.width = `${Math.round(100 * (share || 0))}%`;
  return make("td", { class: `n ${side}` }, percent(share), make("span", { class: "track", "aria-hidden": "true" }, fill));
};

const sharesTable = (before, now) => {
  if (!before && !now) return null;
  const labels = [...new Set([...(before || new Map()).keys(), ...(now || new Map()).keys()])];
  const head = make("tr", {}, make("th", { scope: "col" }, "Label"), make("th", { scope: "col", class: "n" }, "Unperturbed"), make("th", { scope: "col", class: "n" }, "This prompt"));
  const rows = labels.map((label) => make("tr", {}, make("th", { scope: "row" }, ...visibleNodes(label, false)),
    bar(before ? before.get(label) : undefined, "before"), bar(now ? now.get(label) : undefined, "now")));
  return make("div", { class: "scroll" }, make("table", { class: "shares" }, make("thead", {}, head), make("tbody", {}, ...rows)));
};

const command = (text) => {
  const code = make("code", {}, text);
  const button = make("button", { type: "button", class: "plain" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return make("div", { class: "command" }, code, button);
};

const messagesOf = (before, after) => {
  const nodes = [];
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const [oldRole, old] = before[i] || ["", ""], [role, now] = after[i] || ["", ""];
    const title = !oldRole ? `${role} (added)` : !role ? `${oldRole} (removed)` : role === oldRole ? role : `${oldRole} → ${role}`;
    nodes.push(make("h4", {}, ...visibleNodes(title, false)), make("div", { class: "prompt", dir: "auto" }, ...diffNodes(old, now)));
  }
  return nodes;
};

const showCase = async (cases, i, box) => {
  const kind = cases.kind(i), status = cases.status(i), original = cases.original(i);
  const isOriginal = kind.family === "original";
  const then = cases.then && cases.then.status[i] !== NONE;
  const thenAnswer = then && cases.then.answer[i] !== NONE ? cases.texts[cases.then.answer[i]] : null;
  box.dataset.node = cases.node(i);
  box.replaceChildren(
    make("h3", { id: "case-title" }, ...visibleNodes(cases.name(i), false)),
    make("p", {}, badge(status), cases.change(i) && cases.change(i) !== "same" ? ` ${cases.change(i)} against the other run` : ""),
    facts([
      ["Answer", said(cases.text("answer", i))],
      ["Unperturbed answer", isOriginal ? null : said(cases.text("before", i))],
      ["Gold answer", cases.text("gold", i)],
      ["In the other run", then ? `${said(thenAnswer)} (${cases.statuses[cases.then.status[i]]})` : null],
      ["Why it was not read", cases.text("reason", i)],
      ["Example", cases.example(i)],
      ["Operator", kind.operator],
      ["Variant", isOriginal ? null : kind.variant || null],
      ["Severity", kind.severity === null ? null : String(kind.severity)],
      ["The answer", isOriginal ? null : RELATION[kind.relation] || kind.relation],
    ]),
  );
  const body = make("div", {}, make("p", { class: "empty" }, "Unpacking prompts …"));
  box.append(body, make("h4", {}, "Rerun exactly this case"), command(replayCommand(cases, i)));
  const prompts = await cases.load(i);
  if (box.dataset.node !== cases.node(i)) return;
  const shares = sharesTable(isOriginal || original === null ? null : cases.shares(original, prompts), cases.shares(i, prompts));
  if (shares) body.before(make("h4", {}, "Probabilities of the labels"), shares);
  const prompt = cases.prompt(i, prompts);
  if (prompt === null) {
    body.replaceChildren(make("p", { class: "note" }, "The prompt of this case was left out to limit the size of this file; the command below shows it."));
    return;
  }
  const [before, after, reply] = prompt;
  body.replaceChildren(...messagesOf(before, after), make("h4", {}, "Reply"), make("div", { class: "prompt", dir: "auto" }, ...visibleNodes(reply || "", false)));
};
