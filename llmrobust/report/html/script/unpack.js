// The packed data of the page: base64, gzip, JSON.
const canUnpack = () => typeof DecompressionStream === "function";

const bytesOf = (text) => {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(text);
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
};

const unpack = async (id) => {
  const packed = document.getElementById(id).textContent.trim();
  const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
};

// An element with properties and children; texts only ever become text nodes.
const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
};

const NONE = -1;
const counted = (number) => number.toLocaleString("en");

// Columns of cases, and the parts that their prompts lie in.
class Cases {
  constructor(data) {
    Object.assign(this, data);
    this.count = data.columns.status.length;
    this.passed = data.statuses.indexOf("passed");
    this.inPrompt = new Int32Array(this.count);
    const used = [];
    this.originals = new Map();
    for (let i = 0; i < this.count; i++) {
      const clean = data.columns.clean[i];
      used[clean] = used[clean] || 0;
      this.inPrompt[i] = used[clean]++;
      if (this.kind(i).family === "original") this.originals.set(clean, i);
    }
    this.parts = new Parts(data.starts);
  }

  kind(i) { return this.kinds[this.columns.kind[i]]; }
  suite(i) { return this.suites[this.columns.suite[i]]; }
  example(i) { return this.examples[this.columns.example[i]]; }
  status(i) { return this.statuses[this.columns.status[i]]; }
  text(column, i) { const number = this.columns[column][i]; return number === NONE ? null : this.texts[number]; }
  name(i) { const [before, after] = this.kind(i).name; return before + this.example(i) + after; }
  node(i) { return `${this.suite(i).node}::${this.kind(i).family}::${this.name(i)}`; }
  original(i) { const found = this.originals.get(this.columns.clean[i]); return found === undefined ? null : found; }
  change(i) { return this.then && this.then.change[i] !== NONE ? this.then.changes[this.then.change[i]] : null; }

  part(i) { return this.parts.of(this.columns.clean[i]); }

  // The prompts of a case's part, unpacked.
  load(i) { return this.parts.load(this.part(i)); }

  // What a part has of a case's unperturbed prompt: its messages, its cases' entries, and their probabilities.
  record(i, prompts) { return prompts[this.columns.clean[i] - this.parts.starts[this.part(i)]]; }

  // [messages before, messages after, reply], or null where the page does not have them. A message is [role, text].
  prompt(i, prompts) {
    const [before, entries] = this.record(i, prompts);
    const entry = entries[this.inPrompt[i]];
    if (entry === 0) return null;
    const [edits, reply] = entry;
    let after;
    if (edits.messages) after = edits.messages;
    else {
      after = before.map((message) => message.slice());
      for (const [number, start, end, text] of edits) {
        const old = after[number][1];
        after[number][1] = old.slice(0, start) + text + old.slice(end);
      }
    }
    return [before, after, reply === 0 ? this.text("answer", i) : reply];
  }

  // Probabilities by label, or null.
  shares(i, prompts) {
    const found = this.record(i, prompts)[2][this.inPrompt[i]];
    if (!found) return null;
    const choices = this.suite(i).choices;
    const shares = new Map();
    if (found.length === choices.length) found.forEach((share, label) => shares.set(choices[label], share / 10000));
    else for (let at = 0; at < found.length; at += 2) shares.set(choices[found[at]], found[at + 1] / 10000);
    return shares;
  }
}
