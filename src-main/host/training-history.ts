import type {
  TrainingCurves,
  TrainingEpoch,
  TrainingStatus,
  TrainingStep,
} from '../contract/requests/training-requests.ts';
import { lossTermNames } from '../contract/training.ts';
import type { EpochReport, StepReport } from '../contract/training.ts';
import { validationFigure } from '../contract/validation-figure.ts';
import type { KeptTraining } from '../tasks/training/kept-training.ts';

/** The reports of a training so far: steps, epochs, and epochs with a preview. */
export class TrainingHistory {
  #steps: StepReport[] = [];
  #epochs: EpochReport[] = [];
  #previews = new Set<number>();

  /** The best epoch, if there was a validation. */
  get best(): TrainingStatus['best'] {
    const best = this.#epochs.findLast(({ best, validation }) => best && validation !== null);
    const validation = best === undefined ? null : epochView(best).validation;
    return best === undefined || validation === null ? null : { epoch: best.epoch, ...validation };
  }

  get lastStep(): StepReport | undefined {
    return this.#steps.at(-1);
  }

  clear(): void {
    this.take({ steps: [], epochs: [], previews: [] });
  }

  /** Restores the reports from the disk. */
  take({ steps, epochs, previews }: KeptTraining): void {
    this.#steps = [...steps];
    this.#epochs = [...epochs];
    // An epoch without a report after a crash has no preview.
    this.#previews = new Set(previews.filter((epoch) => epochs.some((known) => known.epoch === epoch)));
  }

  /** Adds a step. It replaces the same step from before a crash or a resume. */
  addStep(step: StepReport): TrainingStep {
    while (this.#steps.length > 0 && this.#steps.at(-1)!.step >= step.step) this.#steps.pop();
    this.#epochs = this.#epochs.filter((epoch) => epoch.step < step.step);
    this.#steps.push(step);
    return stepView(step);
  }

  /** @param preview whether the epoch has a preview */
  addEpoch(epoch: EpochReport, preview: boolean): TrainingEpoch {
    this.#epochs = [...this.#epochs.filter((known) => known.epoch < epoch.epoch), epoch];
    if (preview) this.#previews.add(epoch.epoch);
    else this.#previews.delete(epoch.epoch);
    return epochView(epoch);
  }

  curves(): TrainingCurves {
    const known = lossTermNames.filter((name) => this.#steps.some(({ terms }) => terms[name] !== undefined));
    const terms = known.map(
      (name) => [name, Float32Array.from(this.#steps, (step) => step.terms[name] ?? Number.NaN)] as const,
    );
    return {
      steps: Uint32Array.from(this.#steps, ({ step }) => step),
      elapsedMs: Float64Array.from(this.#steps, ({ elapsedMs }) => elapsedMs),
      terms: Object.fromEntries(terms),
      epochs: this.#epochs.map(epochView),
      previews: this.#epochs.map(({ epoch }) => epoch).filter((epoch) => this.#previews.has(epoch)),
    };
  }
}

function stepView({ step, epoch, terms, elapsedMs }: StepReport): TrainingStep {
  const known = Object.entries(terms).filter((entry): entry is [string, number] => entry[1] !== null);
  return {
    step,
    epoch,
    terms: Object.fromEntries(known),
    elapsedMs,
  };
}

function epochView({ epoch, step, validation, best }: EpochReport): TrainingEpoch {
  return { epoch, step, validation: validationFigure(validation), best };
}
