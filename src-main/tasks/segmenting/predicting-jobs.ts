import type { SegmentSettings } from '../../contract/inference.ts';
import { openEngine } from '../../engine/open-engine.ts';
import { networkOf } from '../../inference/network-of.ts';
import type { Network, PredictedImage } from '../../inference/network.ts';
import type { PreparedImage } from '../../model/prepare-image.ts';
import { loadModel } from '../../model/weights.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { SerialQueue } from '../../project/serial-queue.ts';
import type { WorkerJobControl } from '../../processes/job-messages.ts';
import { throwIfCancelled } from '../for-each-item.ts';

let network: Network | null = null;
/** The next image is ready when the earlier one is finished. */
const turns = new SerialQueue();

/** A network outside the job, in its own process or thread. */
export const predictingJobs = {
  /** @param params.threads number of threads for the engine */
  open: async ({ stored, threads }: { stored: StoredModel; threads: number }): Promise<null> => {
    await openEngine('onnx', { threads });
    const { inference } = await loadModel(stored.card, stored.manifest, stored.bytes);
    network = networkOf(inference);
    return null;
  },

  /** Reports when the image starts. */
  predict: (
    { image, settings }: { image: PreparedImage; settings: SegmentSettings },
    control: WorkerJobControl,
  ): Promise<PredictedImage> =>
    turns.run(() => {
      throwIfCancelled(control.signal);
      if (network === null) throw new TypeError('predict was called before open');
      control.report('begun');
      return network.predict(image, settings, control);
    }),
};

export type PredictingJobs = typeof predictingJobs;
