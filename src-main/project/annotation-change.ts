import type { AnnotationPartName, AnnotationSource } from '../contract/project-files.ts';
import type { AnnotationValues } from './annotation-files.ts';

/** A new part of an annotation. Value `null`: left empty on purpose. `null` itself: removed. */
export type PartChange<T> = { value: T | null; source: AnnotationSource } | null;

/** The parts an edit changes. The others stay. */
export type AnnotationChange = { [Name in AnnotationPartName]?: PartChange<AnnotationValues[Name]> };
