import { createContext } from 'svelte';
import type { ProjectState } from './project.svelte.ts';
import type { Studio } from './studio.svelte.ts';

/** The application's state, for every component below App. */
export const [getStudio, setStudio] = createContext<Studio>();

/** The open project, for every component below Workspace. */
export const [getProject, setProject] = createContext<ProjectState>();
