/** The style sheet of a report: the page follows the reader's light or dark theme; images stay dark. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#fbfbfa, #131417);
  --panel: light-dark(#ffffff, #1b1d21);
  --line: light-dark(#e3e3e0, #2c2f35);
  --text: light-dark(#1c1d20, #e8e8e6);
  --muted: light-dark(#62656d, #9a9da6);
  --accent: light-dark(#00708a, #4cc9e8);
  --good: #4cd7f6;
  --missed: #ff8a3c;
  --curve-1: light-dark(#00708a, #4cc9e8);
  --curve-2: light-dark(#b4387a, #f07ab8);
  --curve-3: light-dark(#8a6a00, #e3c04c);
  --curve-4: light-dark(#3b7d2f, #84cf74);
  --curve-5: light-dark(#6b4fc4, #ab96ff);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); }
main { max-width: 1120px; margin: 0 auto; padding: 56px 24px 96px; }
h1 { font-size: 34px; line-height: 1.15; letter-spacing: -0.02em; margin: 0 0 8px; }
h2 { font-size: 20px; letter-spacing: -0.01em; margin: 56px 0 12px; }
p { max-width: 68ch; margin: 0 0 12px; }
.muted { color: var(--muted); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; margin: 28px 0 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.facts div { background: var(--panel); padding: 14px 16px; }
.facts dt { color: var(--muted); font-size: 13px; }
.facts dd { margin: 2px 0 0; font-size: 21px; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 9px 8px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--muted); font-weight: 500; font-size: 13px; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tr.best td { font-weight: 600; }
.samples { display: grid; gap: 28px; }
.sample { border: 1px solid var(--line); border-radius: 10px; background: var(--panel); padding: 16px; }
.sample h3 { margin: 0 0 12px; font-size: 15px; font-weight: 600; }
.panes { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 10px; }
.pane figcaption, .chart figcaption { color: var(--muted); font-size: 13px; margin-bottom: 6px; }
figure { margin: 0; }
.pane svg { display: block; width: 100%; border-radius: 6px; background-color: #000; background-size: 100% 100%; }
.outline { fill: none; stroke: var(--good); stroke-width: 1.25; vector-effect: non-scaling-stroke; }
.outline.missed { stroke: var(--missed); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 24px; }
.chart svg { width: 100%; display: block; }
.grid { stroke: var(--line); }
.tick { fill: var(--muted); font-size: 11px; }
.curve { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 6px 0 0; font-size: 13px;
  color: var(--muted); }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }
.key .good { color: light-dark(#007d99, #4cd7f6); }
.key .missed { color: light-dark(#b85209, #ff8a3c); }
code { font: 13px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
`;
