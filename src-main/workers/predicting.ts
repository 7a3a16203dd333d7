import { predictingJobs } from './segmenting/predicting-jobs.ts';
import { serveJobs } from './serve-jobs.ts';

/** The entry of a thread that holds a network beside another: it loads TensorFlow, and an engine with a share of the cores. */
serveJobs(predictingJobs);
