import { segmentingJobs } from '../../tasks/segmenting/segmenting-jobs.ts';
import { serveJobs } from '../serve-jobs.ts';

/** The entry of the threads that prepare images for the network and draw what it found. It loads no TensorFlow. */
serveJobs(segmentingJobs);
