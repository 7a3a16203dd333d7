import type { RecordedCall, Slot } from './slot.ts';

/** Pending calls with their structure, inputs and outputs. */
export interface SignedCalls {
  /** Valid until the next call of `sign`. */
  signature: Int32Array;
  /** The input tensors of the calls, and the tensors needed afterwards. */
  leaves: Slot[];
  roots: Slot[];
}

/** Computes numbers for recorded calls that identify their compiled graph. */
export class GraphSigner {
  #flushes = 0;
  #signature = new Int32Array(4096);

  /**
   * Numbers the pending calls, their input tensors and those needed afterwards. Calls with equal numbers form
   * the same graph.
   */
  sign(calls: Iterable<RecordedCall>): SignedCalls {
    const leaves: Slot[] = [];
    const roots: Slot[] = [];
    const flush = ++this.#flushes;
    let mark = 0;
    let length = 0;
    for (const call of calls) {
      const needed = length + 1 + 2 * call.inputs.length + call.outputs.length;
      if (needed > this.#signature.length) {
        const longer = new Int32Array(2 * needed);
        longer.set(this.#signature);
        this.#signature = longer;
      }
      const signature = this.#signature;
      signature[length++] = call.kind;
      for (const input of call.inputs) {
        if (input.flush !== flush) {
          input.flush = flush;
          input.mark = mark++;
          leaves.push(input);
          signature[length++] = -input.type;
        }
        signature[length++] = input.mark;
      }
      for (const output of call.outputs) {
        output.flush = flush;
        output.mark = mark++;
        const wanted = output.references > 0;
        if (wanted) roots.push(output);
        signature[length++] = wanted ? 1 : 0;
      }
    }
    return { signature: this.#signature.subarray(0, length), leaves, roots };
  }
}
