import { predictingJobs } from '../../tasks/segmenting/predicting-jobs.ts';
import { serveJobs } from '../serve-jobs.ts';

/**
 * The entry of a process or thread with one network of a pair. It loads TensorFlow and an engine on some
 * cores.
 */
serveJobs(predictingJobs);
