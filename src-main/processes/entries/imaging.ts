import { imagingJobs } from './imaging-jobs.ts';
import { serveJobs } from '../serve-jobs.ts';

/** The entry of the imaging process: pixels, annotations, the project's files. It loads no TensorFlow. */
serveJobs(imagingJobs);
