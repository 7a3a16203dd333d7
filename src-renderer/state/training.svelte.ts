import { defaultPreset } from '../../src-main/contract/choices.ts';
import type { ForegroundUse, MethodName } from '../../src-main/contract/choices.ts';
import { baseModel, isIncluded } from '../../src-main/contract/shipped-model.ts';
import type { ImageId, ModelId } from '../../src-main/contract/fields.ts';
import type { ModelSummary } from '../../src-main/contract/requests/model-requests.ts';
import type {
  TrainingEpoch,
  TrainingPlan,
  TrainingWarning,
  TrainingPreview,
  TrainingRequest,
  TrainingStatus,
} from '../../src-main/contract/requests/training-requests.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** The curves as the charts draw them. */
export interface Curves {
  steps: number[];
  /** Time trained up to each step. */
  elapsedMs: number[];
  terms: Record<string, number[]>;
}

export interface TrainingForm {
  name: string;
  /** null: all ready images. */
  images: readonly ImageId[] | null;
  preset: TrainingRequest['preset'];
  /** null: that of the start model, otherwise improved. */
  method: MethodName | null;
  startFrom: ModelId | null;
  budget: 'epochs' | 'minutes';
  epochs: number;
  minutes: number;
  seed: number;
  preview: ImageId | null;
  /** null: measured in the annotations. */
  cellDiameterPx: number | null;
}

const keptPreviews = 60;

/** The training in the learning process: form, status, curves, previews. */
export class TrainingState {
  readonly #project: ProjectAccess;
  form = $state<TrainingForm>({
    name: '',
    images: null,
    preset: defaultPreset,
    method: null,
    startFrom: baseModel.id,
    budget: 'epochs',
    epochs: 40,
    minutes: 15,
    seed: 1,
    preview: null,
    cellDiameterPx: null,
  });
  /** Whether trainings use the picked foregrounds, or points only: a setting of the project. */
  foregroundUse = $state<ForegroundUse>('picked');
  status = $state.raw<TrainingStatus | null>(null);
  readonly plan = new Loaded<TrainingPlan>();
  /** Warnings about training data that are probably wrong. */
  readonly warnings = new Loaded<TrainingWarning[]>();
  curves = $state.raw<Curves>({ steps: [], elapsedMs: [], terms: {} });
  epochs = $state.raw<readonly TrainingEpoch[]>([]);
  previewEpochs = $state.raw<readonly number[]>([]);
  /** The epoch shown; null follows the newest. */
  shownEpoch = $state<number | null>(null);
  previews = $state.raw<ReadonlyMap<number, TrainingPreview>>(new Map());
  /** Whether a command waits for its answer. */
  busy = $state(false);

  constructor(project: ProjectAccess, foregroundUse: ForegroundUse) {
    this.#project = project;
    this.foregroundUse = foregroundUse;
  }

  readonly active = $derived(
    this.status !== null &&
      ['preparing', 'running', 'pausing', 'paused', 'stopping'].includes(this.status.phase),
  );
  /** Finished share of the run, by steps or by time, 0 … 1; null before its first step. */
  readonly fraction = $derived.by(() => {
    if (this.status === null || this.status.step === 0) return null;
    const { step, totalSteps, elapsedSeconds, request } = this.status;
    if (request?.until.kind === 'minutes') return Math.min(1, elapsedSeconds / (60 * request.until.minutes));
    return totalSteps > 0 ? step / totalSteps : null;
  });
  readonly epochShown = $derived(this.shownEpoch ?? this.previewEpochs.at(-1) ?? null);
  readonly preview = $derived(this.epochShown === null ? null : (this.previews.get(this.epochShown) ?? null));

  /** The image the previews are of. */
  readonly previewImage = $derived.by(() => {
    const id = this.preview?.image ?? this.status?.request?.preview;
    return (id === undefined ? undefined : this.#project.image(id)) ?? this.#project.current;
  });

  listen(): () => void {
    const { client } = this.#project.studio;
    this.readAgain();
    const endings = [
      client.on('training.state', (status) => {
        if (status.project !== this.#project.id) return;
        // Another window started a run.
        const began = status.phase === 'preparing' && status.step === 0 && this.status?.phase !== 'preparing';
        this.status = status;
        if (began) this.#forgetCurves();
      }),
      client.on('training.steps', ({ project, steps }) => {
        if (project !== this.#project.id) return;
        // Steps repeated after a crash replace the earlier ones.
        const first = steps[0]?.step ?? 0;
        const kept = this.curves.steps.findLastIndex((step) => step < first) + 1;
        const grown: Curves = {
          steps: [...this.curves.steps.slice(0, kept), ...steps.map(({ step }) => step)],
          elapsedMs: [...this.curves.elapsedMs.slice(0, kept), ...steps.map(({ elapsedMs }) => elapsedMs)],
          terms: {},
        };
        const names = new Set([
          ...Object.keys(this.curves.terms),
          ...steps.flatMap(({ terms }) => Object.keys(terms)),
        ]);
        for (const name of names) {
          const before = this.curves.terms[name]?.slice(0, kept) ?? Array<number>(kept).fill(Number.NaN);
          grown.terms[name] = [...before, ...steps.map(({ terms }) => terms[name] ?? Number.NaN)];
        }
        this.curves = grown;
      }),
      client.on('training.epoch', ({ project, epoch, preview }) => {
        if (project !== this.#project.id) return;
        // Epochs repeated after a crash replace the earlier ones.
        const others = this.epochs.filter((other) => other.epoch < epoch.epoch);
        this.epochs = [...others.map((other) => (epoch.best ? { ...other, best: false } : other)), epoch];
        if (!preview) return;
        this.previewEpochs = [...this.previewEpochs.filter((other) => other < epoch.epoch), epoch.epoch];
        if (this.shownEpoch === null) void this.loadPreview(epoch.epoch);
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  /** Loads the status and the curves of a run that started elsewhere or earlier. */
  readAgain(): void {
    void this.#project.studio.attempt(async () => {
      const [status, curves] = await Promise.all([
        this.#project.ask('training.state', {}),
        this.#project.ask('training.curves', {}),
      ]);
      this.status = status;
      this.curves = {
        steps: [...curves.steps],
        elapsedMs: [...curves.elapsedMs],
        terms: Object.fromEntries(Object.entries(curves.terms).map(([name, values]) => [name, [...values]])),
      };
      this.epochs = curves.epochs;
      this.previewEpochs = curves.previews;
      const last = curves.previews.at(-1);
      if (last !== undefined) void this.loadPreview(last);
    });
  }

  readPlan(): void {
    const { images } = this.form;
    const params = images === null ? {} : { images: [...images] };
    void this.plan.load('plan', (signal) => this.#project.ask('training.plan', params, { signal }));
    void this.warnings.load('plan', (signal) => this.#project.ask('training.warnings', params, { signal }));
  }

  async saveForegroundUse(foreground: ForegroundUse): Promise<void> {
    await this.#project.studio.attempt(async () => {
      await this.#project.ask('training.saveSettings', { settings: { foreground } });
      this.foregroundUse = foreground;
    });
  }

  chooseImages(images: readonly ImageId[] | null): void {
    this.form.images = images;
    this.readPlan();
  }

  /** Sets the preset. The included models have one preset; others start from scratch. */
  choosePreset(preset: TrainingForm['preset']): void {
    this.form.preset = preset;
    if (preset !== baseModel.preset && isIncluded(this.form.startFrom)) this.form.startFrom = null;
  }

  /** Sets the method. The published one starts from scratch: the included models were not made by it. */
  chooseMethod(method: MethodName): void {
    this.form.method = method;
    if (method === 'published' && isIncluded(this.form.startFrom)) this.form.startFrom = null;
  }

  /** Sets the start model, which fixes the preset. */
  startFrom(model: Pick<ModelSummary, 'id' | 'preset'> | null): void {
    this.form.startFrom = model?.id ?? null;
    if (model !== null) this.form.preset = model.preset;
  }

  async loadPreview(epoch: number): Promise<void> {
    if (this.previews.has(epoch)) return;
    const preview = await this.#project.studio.attempt(() =>
      this.#project.ask('training.preview', { epoch }),
    );
    if (preview) this.previews = new Map([...[...this.previews].slice(1 - keptPreviews), [epoch, preview]]);
  }

  showEpoch(epoch: number): void {
    this.shownEpoch = epoch === this.previewEpochs.at(-1) ? null : epoch;
    void this.loadPreview(epoch);
  }

  async start(): Promise<void> {
    const {
      name,
      images,
      preset,
      method,
      startFrom,
      budget,
      epochs,
      minutes,
      seed,
      preview,
      cellDiameterPx,
    } = $state.snapshot(this.form);
    this.#forgetCurves();
    await this.#command(() =>
      this.#project.ask('training.start', {
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(images === null ? {} : { images: [...images] }),
        preset,
        ...(method === null ? {} : { method }),
        startFrom,
        until: budget === 'epochs' ? { kind: 'epochs', epochs } : { kind: 'minutes', minutes },
        seed,
        // The engine panel sets the engine for all jobs.
        engine: this.#project.studio.engine?.choice ?? 'auto',
        ...(preview === null ? {} : { preview }),
        ...(cellDiameterPx === null ? {} : { cellDiameterPx }),
      }),
    );
  }

  /** Teaches the model in use the corrections of Review. */
  async teach(minutes: number): Promise<void> {
    this.#forgetCurves();
    await this.#command(() =>
      this.#project.ask('training.teach', {
        minutes,
        seed: this.form.seed,
        engine: this.#project.studio.engine?.choice ?? 'auto',
      }),
    );
  }

  pause(): Promise<void> {
    return this.#command(() => this.#project.ask('training.pause', {}));
  }

  resume(): Promise<void> {
    return this.#command(() => this.#project.ask('training.resume', {}));
  }

  stop(): Promise<void> {
    return this.#command(() => this.#project.ask('training.stop', {}));
  }

  async #command(ask: () => Promise<TrainingStatus>): Promise<void> {
    this.busy = true;
    const status = await this.#project.studio.attempt(ask);
    if (status) this.status = status;
    this.busy = false;
  }

  #forgetCurves(): void {
    this.curves = { steps: [], elapsedMs: [], terms: {} };
    this.epochs = [];
    this.previewEpochs = [];
    this.previews = new Map();
    this.shownEpoch = null;
  }
}
