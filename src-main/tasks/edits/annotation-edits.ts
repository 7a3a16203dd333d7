import type { JobControl } from '../../contract/job.ts';
import type { CheckedParams, EditName, RequestResult } from '../../contract/requests.ts';
import type { Project } from '../../project/project.ts';
import { paintForeground, pickForeground } from '../foreground/edit-foreground.ts';
import { readForeground } from '../foreground/read-foreground.ts';
import { editLocations, importLocations, useProjectSettings } from '../locations/edit-locations.ts';
import { readLocations } from '../locations/read-locations.ts';
import { editShapes, repeatedPatch, setAllChecked, setCellState } from '../review/edit-review.ts';
import { importAnswer, importFile } from '../imports/import-file.ts';
import { attachLabelFile } from '../images/attach-labels.ts';
import { summariseImage } from '../images/summarise-image.ts';
import { repeatedStep, stepHistory } from './step-history.ts';

/** Makes an edit. The result is the state of the image afterwards. */
type MakeEdit<Name extends EditName> = (
  project: Project,
  params: CheckedParams<Name>,
  control: Pick<JobControl, 'signal'>,
) => Promise<RequestResult<Name>>;

/**
 * An edit that is made only once, however often it is requested. The journal has the ids of the edits made.
 * The edits of one image run one after the other.
 * @param make makes the edit, and may return the answer
 * @param read gives the answer to an edit that was made before
 */
function once<Name extends EditName>(
  make: (
    project: Project,
    params: CheckedParams<Name>,
    control: Pick<JobControl, 'signal'>,
  ) => Promise<RequestResult<Name>> | Promise<void>,
  read: (project: Project, image: string, params: CheckedParams<Name>) => Promise<RequestResult<Name>>,
): MakeEdit<Name> {
  return (project, params, control) => {
    const { image, edit } = params as { image: string; edit: string };
    const annotation = project.annotation(project.image(image));
    return annotation.inTurn(async () => {
      const answer = (await annotation.holds(edit)) ? undefined : await make(project, params, control);
      return answer ?? read(project, image, params);
    });
  };
}

/** The edits of annotations, by the names of their requests. */
export const annotationEdits: { [Name in EditName]: MakeEdit<Name> } = {
  'foreground.pick': once(
    (project, { image, pick, edit }, { signal }) =>
      pickForeground(project, project.image(image), pick, edit, signal),
    readForeground,
  ),
  'foreground.paint': once(
    (project, { image, on, strokes, edit }) =>
      paintForeground(project, project.image(image), on, strokes, edit),
    readForeground,
  ),
  'images.attachLabels': once(
    async (project, { image, path, edit }) => {
      await attachLabelFile(project, project.image(image), path, edit);
    },
    (project, image) => summariseImage(project, project.image(image)),
  ),
  'locations.edit': once(
    (project, { image, change, edit }) => editLocations(project, image, change, edit),
    readLocations,
  ),
  'locations.import': once(
    (project, { image, path, format, edit }) => importLocations(project, image, path, format, edit),
    readLocations,
  ),
  'locations.useProjectSettings': once(
    (project, { image, keepByHand, edit }, { signal }) =>
      useProjectSettings(project, image, keepByHand, edit, signal),
    readLocations,
  ),
  'review.setState': once(
    (project, { image, edit, ids, state, ...lookedAt }) =>
      setCellState(project, image, lookedAt, { ids, state }, edit),
    repeatedPatch,
  ),
  'review.edit': once(
    (project, { image, edit, change, ...lookedAt }) => editShapes(project, image, lookedAt, change, edit),
    repeatedPatch,
  ),
  'review.setAllChecked': once(
    (project, { image, edit, allChecked, ...lookedAt }) =>
      setAllChecked(project, image, lookedAt, allChecked, edit),
    repeatedPatch,
  ),
  'review.import': once(async (project, { image, path, as, edit }) => {
    await importFile(project, image, { path, as }, edit);
  }, importAnswer),
  'history.undo': once((project, { image, edit }) => stepHistory(project, image, 'undo', edit), repeatedStep),
  'history.redo': once((project, { image, edit }) => stepHistory(project, image, 'redo', edit), repeatedStep),
};
