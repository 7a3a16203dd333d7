import { annotatingJobs } from './annotating-jobs.ts';
import { serveJobs } from '../serve-jobs.ts';

/** The entry of the imaging process's threads: jobs that would delay tiles. */
serveJobs(annotatingJobs);
