import { annotatingJobs } from './annotating-jobs.ts';
import { serveJobs } from '../serve-jobs.ts';

/** The entry of the imaging process's threads: what takes longer than a tile may wait. */
serveJobs(annotatingJobs);
