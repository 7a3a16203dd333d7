import { segmentingJobs } from '../../tasks/segmenting/segmenting-jobs.ts';
import { serveJobs } from '../serve-jobs.ts';

/** The entry of the threads that prepare images and draw contours. It loads no TensorFlow. */
serveJobs(segmentingJobs);
