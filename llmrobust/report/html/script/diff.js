// What a perturbation changed, word by word.
const COMPARED = 4e6;
const WORDS = /\s|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu;
const wordsOf = (text) => text.match(WORDS) || [];

// Pieces [kind, text] of both texts in reading order; kind: "same", "removed", "added".
const wordDiff = (before, after) => {
  const old = wordsOf(before), now = wordsOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  const middle = changed(old.slice(start, old.length - end), now.slice(start, now.length - end));
  return tidy([["same", old.slice(0, start).join("")], ...middle, ["same", old.slice(old.length - end).join("")]]);
};

// The longest common subsequence of two lists of words; long stretches are replaced as a whole.
const changed = (old, now) => {
  const n = old.length, m = now.length;
  if (!n || !m || (n + 1) * (m + 1) > COMPARED) return [["removed", old.join("")], ["added", now.join("")]];
  const width = m + 1;
  const longest = new Uint16Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      longest[i * width + j] = old[i] === now[j]
        ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const pieces = [];
  let i = 0, j = 0;
  while (i < n && j < m) {
    if (old[i] === now[j]) { pieces.push(["same", old[i]]); i++; j++; }
    else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) pieces.push(["removed", old[i++]]);
    else pieces.push(["added", now[j++]]);
  }
  return [...pieces, ["removed", old.slice(i).join("")], ["added", now.slice(j).join("")]];
};

// Neighbours of a kind joined; white space alone between two edits belongs to them; removed before added.
const tidy = (pieces) => {
  const joined = [];
  let removed = "", added = "", between = "";
  const flush = () => {
    if (removed) joined.push(["removed", removed]);
    if (added) joined.push(["added", added]);
    if (between) joined.push(["same", between]);
    removed = added = between = "";
  };
  for (const [kind, text] of pieces) {
    if (!text) continue;
    if (kind === "same") {
      between += text;
      if (!(removed || added) || between.trim()) flush();
      continue;
    }
    if (between) { removed += between; added += between; between = ""; }
    if (kind === "removed") removed += text;
    else added += text;
  }
  flush();
  return joined.reduce((list, piece) => {
    const last = list[list.length - 1];
    if (last && last[0] === "same" && piece[0] === "same") last[1] += piece[1];
    else list.push(piece.slice());
    return list;
  }, []);
};

// Control, format and lone surrogate characters, which a reader would not see or which would mislead.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const NAMED = { "\n": "⏎", "\t": "⇥" };

// Text nodes with hidden characters written out; edited: white space too.
const visibleNodes = (text, edited) => {
  const nodes = [];
  let from = 0;
  const put = (upTo) => { if (upTo > from) nodes.push(document.createTextNode(text.slice(from, upTo))); };
  const pattern = edited ? /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?<![^\s]) | (?![^\s])/gu : HIDDEN;
  for (const match of text.matchAll(pattern)) {
    const character = match[0];
    if (!edited && (character === "\n" || character === "\t")) continue;
    put(match.index);
    from = match.index + character.length;
    if (character === " ") { nodes.push(make("span", { class: "control" }, "␣")); continue; }
    const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    nodes.push(make("span", { class: "control", title: `U+${code}` }, NAMED[character] || `U+${code}`));
    if (character === "\n") nodes.push(document.createTextNode("\n"));
  }
  put(text.length);
  return nodes;
};

const diffNodes = (before, after) => wordDiff(before, after).map(([kind, text]) => {
  if (kind === "same") return make("span", {}, ...visibleNodes(text, false));
  return make(kind === "removed" ? "del" : "ins", {}, ...visibleNodes(text, true));
});
