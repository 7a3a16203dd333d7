export interface ProjectState {
  name: string;
  images: string[];
  removed: string[];
}

/** The expected state of the project, from everything that was acknowledged. */
export class ProjectTruth {
  state: ProjectState;
  /** A change that was asked for and not answered. */
  open: ((state: ProjectState) => ProjectState) | null = null;

  constructor(state: ProjectState) {
    this.state = state;
  }

  /** The change that is open was answered. */
  happened(): void {
    if (this.open !== null) this.state = this.open(this.state);
    this.open = null;
  }

  /** Deviations from the expected state, in words. */
  compare(found: ProjectState): string[] {
    const allowed = [this.state, ...(this.open === null ? [] : [this.open(this.state)])].map(text);
    const faults = allowed.includes(text(found))
      ? []
      : [`the project is ${text(found)}, acknowledged was ${allowed.join(' or ')}`];
    this.state = found;
    this.open = null;
    return faults;
  }
}

function text({ name, images, removed }: ProjectState): string {
  return JSON.stringify({ name, images: images.toSorted(), removed: removed.toSorted() });
}

/** Images of one file are added together or not at all. */
export function added(...images: readonly string[]): (state: ProjectState) => ProjectState {
  return (state) => ({ ...state, images: [...state.images, ...images] });
}

export function removed(image: string): (state: ProjectState) => ProjectState {
  return (state) => ({
    ...state,
    images: state.images.filter((id) => id !== image),
    removed: [...state.removed, image],
  });
}

export function restored(image: string): (state: ProjectState) => ProjectState {
  return (state) => ({
    ...state,
    images: [...state.images, image],
    removed: state.removed.filter((id) => id !== image),
  });
}
