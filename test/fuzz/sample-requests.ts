import type { DownMessage } from '../../src-main/contract/messages.ts';
import type { RequestName, RequestParams } from '../../src-main/contract/requests.ts';
import { defaultDisplay } from '../../src-main/host/display-file.ts';
import { defaultSettings } from '../../src-main/project/default-settings.ts';

/** The objects of the requests. */
export interface RequestPlace {
  project: string;
  image: string;
  model: string;
  /** The project's folder, and its parent folder. */
  folder: string;
  parent: string;
  /** A point of the image, by its id. */
  point: string;
  /** Of the third candidate. */
  maskSha256: string;
}

/** Accepted parameters of each request; none for those that start long work. */
type SampleParams = { [Name in RequestName]: RequestParams<Name>[] };

/** Requests as a window sends them: every one of the contract, except those that start long work. */
export function sampleRequests(place: RequestPlace): DownMessage[] {
  const samples = Object.entries(sampleParams(place)).flatMap(([name, all]) =>
    all.map((params) => ({ name, params: params })),
  );
  const messages = samples.map(
    ({ name, params }, i) => ({ type: 'request', job: i + 1, name, params }) as const,
  );
  return [...messages, { type: 'cancel', job: 6 }];
}

function sampleParams({
  project,
  image,
  model,
  folder,
  parent,
  point,
  maskSha256,
}: RequestPlace): SampleParams {
  const ofProject = { project };
  const ofImage = { project, image };
  const ofEdit = { ...ofImage, edit: '01234567-89ab-4def-8123-456789abcdef' };
  const { foreground, locations, review } = defaultSettings;
  const prediction = { model: 'first', madeAt: new Date(0).toISOString() };
  const place = Float32Array.of(10, 20);
  return {
    'host.describe': [{}],
    'host.choose': [{ purpose: 'images', suggestedName: 'model.lacss' }],
    'host.list': [{}, { path: parent }],
    'host.createFolder': [{ parent, name: 'new folder' }],
    'host.upload': [{ name: 'image.tif', bytes: Uint8Array.of(1, 2, 3, 4), upload: null, last: false }],
    'host.reveal': [{ path: folder }],
    'host.recentProjects': [{}],
    'host.forgetProject': [{ folder: '/nowhere' }],
    'host.settings': [{}],
    'host.saveSettings': [{ theme: 'dark', language: 'de', tourDone: true, recentFolders: [parent] }],
    'engine.status': [{}],
    'engine.open': [],
    'engine.doctor': [],
    'project.create': [{ parent, name: 'second project' }],
    'project.open': [{ folder }, { folder, only: project }],
    'project.openSample': [],
    'project.allowSources': [{ project, folders: [parent] }],
    'project.copies': [{ folder }],
    'project.restore': [{ folder, copy: 'none' }],
    'project.initial': [{}],
    'project.close': [],
    'project.read': [ofProject],
    'project.rename': [{ project, name: 'another name' }],
    'display.save': [{ project, display: defaultDisplay }],
    'images.inspect': [
      { project, paths: [parent], options: { channelPattern: '{stem}_{channel}.tif' }, limit: 2 },
    ],
    'images.add': [{ project, paths: [parent], options: { roles: { cells: 0, nuclei: 1 } } }],
    'images.remove': [{ project, images: [] }],
    'images.restore': [{ project, images: [image] }],
    'images.change': [
      { project, edit: ofEdit.edit, images: [image], validation: true, pixelSizeUm: { y: 0.5, x: 0.5 } },
      {
        project,
        edit: ofEdit.edit,
        images: [image],
        excluded: false,
        roles: { cells: 0, nuclei: 1 },
        t: 0,
        z: 0,
      },
    ],
    'images.display': [ofImage],
    'images.attachLabels': [{ ...ofEdit, path: parent }],
    'images.detachLabels': [{ project, edit: ofEdit.edit, images: [image] }],
    'labels.read': [ofImage],
    'foreground.candidates': [ofImage],
    'foreground.prefetch': [{ project, images: [image] }],
    'foreground.read': [ofImage],
    'foreground.pick': [
      { ...ofEdit, pick: { kind: 'candidate', index: 2, maskSha256 } },
      { ...ofEdit, pick: { kind: 'threshold', threshold: 900, maskSha256 } },
      { ...ofEdit, pick: { kind: 'none' } },
    ],
    'foreground.preview': [{ ...ofImage, threshold: 900 }],
    'foreground.range': [ofImage],
    'foreground.paint': [
      {
        ...ofEdit,
        on: { kind: 'saved', sha256: maskSha256 },
        strokes: [{ mode: 'add', radiusPx: 8, path: Float32Array.of(1, 2, 3, 4) }],
      },
      {
        ...ofEdit,
        on: { kind: 'edit', edit: ofEdit.edit },
        strokes: [{ mode: 'erase', radiusPx: 2, path: Float32Array.of(5, 6) }],
      },
    ],
    'foreground.acceptSuggestions': [{ project, edit: ofEdit.edit, minConfidence: 0.99 }],
    'foreground.saveSettings': [{ project, settings: foreground }],
    'locations.read': [ofImage],
    'locations.preview': [{ ...ofImage, settings: locations, coarse: true }],
    'locations.find': [
      { project, edit: ofEdit.edit, images: [image], settings: locations, scope: 'images', keepByHand: true },
    ],
    'locations.useProjectSettings': [{ ...ofEdit, keepByHand: false }],
    'locations.edit': [
      { ...ofEdit, change: { kind: 'add', points: place } },
      { ...ofEdit, change: { kind: 'move', ids: [point], to: place } },
      { ...ofEdit, change: { kind: 'delete', ids: [point] } },
    ],
    'locations.import': [{ ...ofEdit, path: parent, format: 'csv' }],
    'history.undo': [ofEdit],
    'history.redo': [ofEdit],
    'training.plan': [ofProject],
    'training.warnings': [ofProject],
    'training.saveSettings': [{ project, settings: { foreground: 'none' } }],
    'training.start': [],
    'training.teach': [],
    'training.lesson': [{ ...ofProject, model: 'tiny-1' }],
    'training.discardLesson': [{ ...ofProject, model: 'tiny-1' }],
    'training.pause': [ofProject],
    'training.resume': [],
    'training.stop': [],
    'training.state': [ofProject],
    'training.curves': [ofProject],
    'training.preview': [{ project, epoch: 1 }],
    'models.list': [ofProject],
    'models.read': [{ project, model }],
    'models.rename': [{ project, model, name: 'renamed' }],
    'models.delete': [{ project, model: 'none' }],
    'models.export': [{ project, model, path: `${parent}/model.lacss` }],
    'models.import': [{ project, path: `${parent}/model.lacss` }],
    'models.try': [],
    'segment.start': [],
    'segment.pause': [ofProject],
    'segment.resume': [ofProject],
    'segment.stop': [ofProject],
    'segment.state': [ofProject],
    'review.next': [ofProject],
    'review.read': [ofImage],
    'review.prompt': [{ ...ofImage, at: { y: 10, x: 20 } }],
    'review.setState': [{ ...ofEdit, prediction, revision: 0, ids: [1, 2], state: 'accepted' }],
    'review.edit': [
      {
        ...ofEdit,
        prediction,
        revision: 0,
        change: { kind: 'lasso', path: Float32Array.of(1, 1, 9, 1, 9, 9), push: false },
      },
      { ...ofEdit, prediction, revision: 0, change: { kind: 'delete', ids: [1] } },
    ],
    'review.setAllChecked': [{ ...ofEdit, prediction, revision: 0, allChecked: true }],
    'review.planImport': [{ project, paths: [parent], image }],
    'review.import': [{ ...ofEdit, path: `${parent}/cells.json`, as: 'truth' }],
    'review.saveSettings': [{ project, settings: review }],
    'results.evaluate': [{ project, minScore: 0.3 }],
    'results.cells': [{ ...ofImage, minScore: 0.3 }],
    'results.comparable': [ofImage],
    'results.compare': [{ ...ofImage, found: null, truth: model, minScore: 0.3 }],
    'export.run': [{ project, images: [image], formats: ['csv', 'coco'], everyCell: false, minScore: 0.3 }],
  };
}
