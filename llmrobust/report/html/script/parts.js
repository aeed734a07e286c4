// The prompts of a large run lie in parts, each packed by itself. One is unpacked when a case in it is opened or searched.
const UNPACKED = 32;

class Parts {
  // starts: the number of the first unperturbed prompt in each part.
  constructor(starts) {
    this.starts = starts;
    this.held = new Map();
  }

  // The part with an unperturbed prompt of this number.
  of(clean) {
    let low = 0, high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.starts[middle] <= clean) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // The prompts of a part; those of the parts that were wanted last stay unpacked.
  load(part) {
    const prompts = this.held.get(part) || unpack(`data-prompts-${part}`);
    this.held.delete(part);
    this.held.set(part, prompts);
    if (this.held.size > UNPACKED) this.held.delete(this.held.keys().next().value);
    return prompts;
  }
}
