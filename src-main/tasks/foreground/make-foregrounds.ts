import type { Failure } from '../../contract/failure.ts';
import type { JobControl, Pace } from '../../contract/job.ts';
import type { LabelRuns } from '../../contract/pixels.ts';
import type { ImageEntry, ProjectSettings } from '../../contract/project-files.ts';
import { companionsOf, namedFile } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readLabelFile } from '../../project/read-label-image.ts';
import { annotateImages } from '../annotate-images.ts';
import { attachedLabels, attachedLabelsName } from '../attached-labels.ts';
import { paceOf } from '../pace-of.ts';
import { computeCandidates, computeThreshold } from './compute-candidates.ts';
import { candidateRecord, labelledRecord, thresholdRecord } from './foreground-records.ts';
import type { ForegroundRecord } from './foreground-records.ts';

type ForegroundSettings = ProjectSettings['foreground'];

/** The source of a foreground. */
export type ForegroundChoice =
  /** The candidate that ranks best. */
  | { kind: 'best' }
  /** The candidate of this number, 1 … 5. */
  | { kind: 'candidate'; number: number }
  /** A custom threshold, in units of the feature. */
  | { kind: 'threshold'; threshold: number }
  /** All labelled pixels: of the label images in a folder, otherwise of those attached to the images. */
  | { kind: 'labels'; folder?: string };

export interface ForegroundParams {
  choice: ForegroundChoice;
  /** Ids or names. @default all */
  images?: readonly string[];
  /** Settings that differ from the project's. */
  settings?: Partial<ForegroundSettings>;
  /** Also process images that have a foreground already. @default false */
  again?: boolean;
}

export interface ForegroundResult {
  done: {
    image: string;
    name: string;
    /** The number of the candidate, 1 … 5; `null` for other choices. */
    candidate: number | null;
    /** Confidence of the ranking, 0 … 1; `null` without ranking. */
    confidence: number | null;
    /** Why the foreground is empty, in one sentence; absent if an empty one is not suggested. */
    note?: string;
    /** Share of the image's pixels. */
    fraction: number;
  }[];
  /** Images that had a foreground and kept it. */
  kept: string[];
  failures: Failure[];
}

/** A foreground to be saved, and its rank. */
interface MadeForeground {
  record: ForegroundRecord;
  /** The number of the candidate, 1 … 5; `null` for other choices. */
  candidate: number | null;
  /** 0 … 1; `null` without ranking. */
  confidence: number | null;
  note?: string;
}

/**
 * Gives images their foregrounds, from candidates or from label images, and stores them as annotations that
 * can be undone.
 * @throws LacssError `no-images`, `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function makeForegrounds(
  project: Project,
  { choice, images, settings, again = false }: ForegroundParams,
  control: JobControl,
): Promise<ForegroundResult> {
  project.refuseWhenReadOnly();
  const merged = { ...project.manifest.settings.foreground, ...settings };
  const folder = choice.kind === 'labels' ? choice.folder : undefined;
  const files = folder === undefined ? null : await companionsOf(project.manifest.images, folder, 'labels');
  const done: ForegroundResult['done'] = [];
  const { kept, failures } = await annotateImages<'foreground', MadeForeground>(
    project,
    {
      part: 'foreground',
      images,
      again,
      message: 'Computing the foreground of',
      make: async (image, own) => {
        if (choice.kind !== 'labels') return fromPixels(project, image, choice, merged, paceOf(own));
        if (files === null) return fromLabels(await attachedLabels(project, image), attachedLabelsName);
        const path = files.path(namedFile(image), 'label image');
        return fromLabels(await readLabelFile(path), path);
      },
      onSaved: (image, { candidate, confidence, note }, { foreground: part }) => {
        done.push({
          image: image.id,
          name: image.name,
          candidate,
          confidence,
          fraction: (part?.count ?? 0) / (image.height * image.width),
          ...(note === undefined ? {} : { note }),
        });
      },
    },
    control,
  );
  return { done, kept, failures };
}

async function fromPixels(
  project: Project,
  image: ImageEntry,
  choice: Exclude<ForegroundChoice, { kind: 'labels' }>,
  settings: ForegroundSettings,
  pace: Pace,
): Promise<MadeForeground> {
  if (choice.kind === 'threshold') {
    const view = await computeThreshold(project, image, settings, choice.threshold, pace);
    const record = thresholdRecord(image, settings, view, choice.threshold);
    return { record, candidate: null, confidence: null };
  }
  const view = await computeCandidates(project, image, settings, pace);
  const { best, confidence, note } = view;
  const index = choice.kind === 'best' ? best : choice.number - 1;
  return {
    record: candidateRecord(image, view, index, choice.kind === 'best' ? 'machine' : 'person'),
    candidate: index + 1,
    confidence,
    ...(note === undefined || index !== best ? {} : { note }),
  };
}

function fromLabels(labels: LabelRuns, file: string): MadeForeground {
  return { record: labelledRecord(labels, file), candidate: null, confidence: null };
}
