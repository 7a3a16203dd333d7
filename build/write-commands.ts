/** Writes docs/commands.md, the reference of the command line: `npm run docs:commands`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exitCodeHelp } from '../src-main/cli/exit-code.ts';
import { makeProgram } from '../src-main/cli/program.ts';

const path = fileURLToPath(new URL('../docs/commands.md', import.meta.url));

/** The reference as Markdown, from the help texts of the program itself. */
export function commandReference(): string {
  const program = makeProgram('', () => Promise.resolve());
  const verbs = program.commands.map((command) => {
    command.configureHelp({ helpWidth: 100 });
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    return `## lacss ${command.name()}\n\n\`\`\`\n${help.trim()}\n\`\`\`\n`;
  });
  return [
    '# Command line reference',
    '',
    'Made from the help texts of the program: `npm run docs:commands`. In a checkout, write `npx lacss`.',
    '',
    ...verbs,
    '## Exit codes',
    '',
    '```',
    exitCodeHelp.trim().split('\n').slice(1).join('\n'),
    '```',
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, commandReference());
