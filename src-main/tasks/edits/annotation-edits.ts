import type { CheckedParams, RequestName, RequestResult } from '../../contract/requests.ts';
import type { Project } from '../../project/project.ts';
import { paintForeground, pickForeground } from '../foreground/edit-foreground.ts';
import { readForeground } from '../foreground/read-foreground.ts';
import { editLocations, importLocations, useProjectSettings } from '../locations/edit-locations.ts';
import { readLocations } from '../locations/read-locations.ts';
import { editShapes, repeatedPatch, setAllChecked, setCellState } from '../review/edit-review.ts';
import { attachLabelFile } from '../images/attach-labels.ts';
import { summariseImage } from '../images/summarise-image.ts';
import { repeatedStep, stepHistory } from '../images/step-history.ts';

/** Requests that edit the annotation of one image and carry the id of the edit. */
export type EditName = {
  [Name in RequestName]: CheckedParams<Name> extends { image: string; edit: string } ? Name : never;
}[RequestName];

interface AnnotationEdit<Name extends EditName> {
  /** Makes the edit and answers it. */
  make: (project: Project, params: CheckedParams<Name>, signal: AbortSignal) => Promise<RequestResult<Name>>;
  /** Answers an edit that was made before. */
  repeat: (project: Project, image: string, params: CheckedParams<Name>) => Promise<RequestResult<Name>>;
}

/** An edit that is answered with the view that it leaves. */
function viewing<Name extends EditName>(
  change: (project: Project, params: CheckedParams<Name>, signal: AbortSignal) => Promise<void>,
  read: (project: Project, image: string) => Promise<RequestResult<Name>>,
): AnnotationEdit<Name> {
  return {
    make: async (project, params, signal) => {
      await change(project, params, signal);
      return read(project, (params as { image: string }).image);
    },
    repeat: read,
  };
}

const annotationEdits: { [Name in EditName]: AnnotationEdit<Name> } = {
  'foreground.pick': viewing(
    (project, { image, pick, edit }, signal) =>
      pickForeground(project, project.image(image), pick, edit, signal),
    readForeground,
  ),
  'foreground.paint': viewing(
    (project, { image, strokes, edit }) => paintForeground(project, project.image(image), strokes, edit),
    readForeground,
  ),
  'images.attachLabels': {
    make: async (project, { image, path, edit }) => {
      await attachLabelFile(project, project.image(image), path, edit);
      return summariseImage(project, project.image(image));
    },
    repeat: (project, image) => summariseImage(project, project.image(image)),
  },
  'locations.edit': viewing(
    (project, { image, change, edit }) => editLocations(project, image, change, edit),
    readLocations,
  ),
  'locations.import': viewing(
    (project, { image, path, format, edit }) => importLocations(project, image, path, format, edit),
    readLocations,
  ),
  'locations.useProjectSettings': viewing(
    (project, { image, keepByHand, edit }, signal) =>
      useProjectSettings(project, image, keepByHand, edit, signal),
    readLocations,
  ),
  'review.setState': {
    make: (project, { image, edit, ids, state, ...lookedAt }) =>
      setCellState(project, image, lookedAt, { ids, state }, edit),
    repeat: repeatedPatch,
  },
  'review.edit': {
    make: (project, { image, edit, change, ...lookedAt }) =>
      editShapes(project, image, lookedAt, change, edit),
    repeat: repeatedPatch,
  },
  'review.setAllChecked': {
    make: (project, { image, edit, allChecked, ...lookedAt }) =>
      setAllChecked(project, image, lookedAt, allChecked, edit),
    repeat: repeatedPatch,
  },
  'history.undo': {
    make: (project, { image, edit }) => stepHistory(project, image, 'undo', edit),
    repeat: repeatedStep,
  },
  'history.redo': {
    make: (project, { image, edit }) => stepHistory(project, image, 'redo', edit),
    repeat: repeatedStep,
  },
};

/**
 * Makes an edit of an image's annotation and answers what the image has then. An edit whose id the journal
 * holds was made before: it is answered and not made again. The edits of one image run one after the other.
 */
export async function makeEdit<Name extends EditName>(
  name: Name,
  project: Project,
  params: CheckedParams<Name>,
  signal: AbortSignal,
): Promise<RequestResult<Name>> {
  const { image, edit } = params as { image: string; edit: string };
  const { make, repeat }: AnnotationEdit<Name> = annotationEdits[name];
  const annotation = project.annotation(project.image(image));
  return annotation.inTurn(async () =>
    (await annotation.holds(edit)) ? repeat(project, image, params) : make(project, params, signal),
  );
}
