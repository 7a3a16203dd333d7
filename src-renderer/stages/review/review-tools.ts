import type { CellToolName } from '../../state/cell-tools.svelte.ts';

/** The tools of Review, in the order of the tool bar. */
export function reviewTools(): { name: CellToolName; label: string; key: string; hint: string }[] {
  return [
    { name: 'select', label: 'Select', key: 'v', hint: 'Click a cell. Shift and drag: select a rectangle.' },
    {
      name: 'brush',
      label: 'Brush',
      key: 'b',
      hint: 'Paint to add to the selected cell. Shift takes pixels from neighbours. [ and ] change the size.',
    },
    {
      name: 'eraser',
      label: 'Eraser',
      key: 'e',
      hint: 'Paint to erase from the cell. [ and ] change the size.',
    },
    {
      name: 'redraw',
      label: 'Redraw outline',
      key: 'r',
      hint: 'Draw a piece of the outline, from one place on it to another.',
    },
    { name: 'lasso', label: 'Draw a cell', key: 'l', hint: 'Draw around a new cell.' },
    { name: 'cut', label: 'Cut', key: 'c', hint: 'Draw a line through a cell to cut it in two.' },
    { name: 'merge', label: 'Merge', key: 'm', hint: 'Draw a line from one cell into its neighbour.' },
    {
      name: 'prompt',
      label: 'Add by click',
      key: 'p',
      hint: 'Click a missed cell: the model outlines it. Click two places in a cell to split it. Drag its point to outline it again.',
    },
  ];
}
