/** The place of an example among all images. */
export type ExampleRank = 'Best' | 'Median' | 'Worst' | 'Only image';

export interface ImageExample<Image> {
  rank: ExampleRank;
  image: Image;
}

/**
 * The images with the highest, the middle and the lowest figure, or fewer if there are fewer images. Images
 * without a figure (NaN or null) are left out.
 */
export function chooseExamples<Image>(
  images: readonly Image[],
  figureOf: (image: Image) => number | null,
): ImageExample<Image>[] {
  const ranked = images
    .flatMap((image) => {
      const figure = figureOf(image);
      return figure === null || Number.isNaN(figure) ? [] : [{ image, figure }];
    })
    .sort((a, b) => b.figure - a.figure)
    .map(({ image }) => image);
  const [best] = ranked;
  const worst = ranked.at(-1);
  const median = ranked[Math.floor((ranked.length - 1) / 2)];
  if (best === undefined || worst === undefined || median === undefined) return [];
  if (ranked.length === 1) return [{ rank: 'Only image', image: best }];
  return [
    { rank: 'Best', image: best },
    ...(ranked.length > 2 ? [{ rank: 'Median' as const, image: median }] : []),
    { rank: 'Worst', image: worst },
  ];
}
