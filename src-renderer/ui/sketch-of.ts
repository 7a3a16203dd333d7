/**
 * What an empty page sketches: images in a grid, a falling loss beside cells with outlines, or figures and a
 * table.
 */
export type SketchOf = 'images' | 'training' | 'results';
