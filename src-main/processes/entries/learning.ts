import { learningJobs } from './learning-jobs.ts';
import { serveJobs } from '../serve-jobs.ts';

/** The entry of the learning process: the only one that loads TensorFlow; one job computes at a time. */
serveJobs(learningJobs);
