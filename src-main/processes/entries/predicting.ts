import { predictingJobs } from '../../tasks/segmenting/predicting-jobs.ts';
import { serveJobs } from '../serve-jobs.ts';

/** The entry of a process or thread that holds one network of a pair: it loads TensorFlow, and an engine with a share of the cores. */
serveJobs(predictingJobs);
