import type { PredictionOrigin } from '../../../src-main/contract/requests/review-requests.ts';
import { counted, duration, when } from '../../ui/format.ts';
import { said } from '../../languages/said.ts';

/** How the cells of an image were found, as names and texts. Leaves out what the record lacks. */
export function originRows(
  model: string,
  { at, elapsedMs, views, diameterPx, computedBy, note }: PredictionOrigin,
): [name: string, text: string | string[]][] {
  return [
    ...(note === undefined ? [] : [['Note', note] as [string, string]]),
    ['Model', model],
    ['Segmented', `${when(at)}, in ${duration(elapsedMs / 1000)}`],
    ...(views === 4 ? [['Mirror averaging', 'On, four views'] as [string, string]] : []),
    ...(diameterPx === null ? [] : [['Cell diameter', `${Math.round(diameterPx)} px`] as [string, string]]),
    ...(computedBy === null
      ? []
      : [['Computed by', [computedText(computedBy), said(computedBy.reason)]] as [string, string[]]]),
  ];
}

function computedText({ engine, networks, threads }: NonNullable<PredictionOrigin['computedBy']>): string {
  const each =
    engine === 'onnx'
      ? ` of ${counted(threads, ['# thread', '# threads'])}${networks === 2 ? ' each' : ''}`
      : '';
  return `${engine}, ${networks === 2 ? 'two networks' : 'one network'}${each}`;
}
