import ts from 'typescript';

/** Folders and files of the host whose texts reach the window. */
const read = [
  ...[
    'annotation',
    'contract',
    'formats',
    'host',
    'imaging',
    'inference',
    'model',
    'project',
    'tasks',
    'training',
  ].map((folder) => `src-main/${folder}/`),
  'src-main/engine/open-engine.ts',
  'src-main/processes/supervisor.ts',
  'src-main/shell/application-menu.ts',
  'src-main/shell/choose-paths.ts',
];
/** Those among them that only write files, or talk in a terminal. */
const unread = [
  'src-main/tasks/demo/',
  'src-main/tasks/doctor/',
  ...['folder-log', 'merge-parts', 'network-pair', 'networks', 'pixel-threads'].map(
    (name) => `src-main/tasks/segmenting/${name}.ts`,
  ),
];
const patternOf = (path) => (path.endsWith('/') ? `${path}**/*.ts` : path);
export const hostFiles = read.map(patternOf);
export const notHostFiles = unread.map(patternOf);

/** Whether the texts of a source are in the catalogues. */
export function isHostFile(file) {
  return read.some((path) => file.startsWith(path)) && !unread.some((path) => file.startsWith(path));
}

/** Properties and calls that hold texts for people, besides errors. */
const readProperties = /^(title|why|remedy|message|running|paused|busy|notice|reason|topic|text)$/;
const readCalls =
  /(^|\.)(#?(enter|pause|begin|stopped|tell|edit|replaceImages|noteUnchanged|push)|covered|leave|column|text)$/;
const readNames = /^(message|whyNot)$|[tT]itle|(Fault|Text|mismatches)$/;

/** Reasons within an error: `it ends too early`. */
const reasonCalls =
  /^(refuse|invalid|damaged|damagedTiff|unsupported|unsupportedTiff|unfit|unusable|notAModel|impossible)$/;

/** Options, code and patterns are no texts. */
const code = /^( ?--|\.|\/)|[=<>[\]^$|]|\\|^[\w-]+-[\w-]+$/;

/**
 * The texts of a source of the host that a window shows: messages and remedies of errors, steps in undo and
 * progress. `{0}` stands for an expression, as in the catalogues.
 */
export function hostTexts(content, filename) {
  const source = ts.createSourceFile(filename, content, ts.ScriptTarget.Latest, true);
  const found = new Set();
  const add = (text, ending = '') => {
    const words = text.replaceAll(/\{\d+\}/g, ' ').match(/\p{L}{2,}/gu) ?? [];
    if (words.join('').length < 3 || code.test(text)) return;
    // A single small word is an id, unless it stands beside a value.
    if (words.length === 1 && !/^\p{Lu}/u.test(text) && !/\{\d+\}/.test(text)) return;
    found.add(`${text.trim()}${ending}`);
  };
  /** A literal, a template, or a sum of them as one text; `null` for everything else. */
  const textOf = (node) => {
    const parts = partsOf(node);
    if (parts === null) return null;
    let count = 0;
    return parts.map((part) => (part === null ? `{${count++}}` : part)).join('');
  };
  const visit = (node, isRead) => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node)) {
      if (isRead) add(node.text, isNamed(node) ? ' {0}' : '');
      return;
    }
    const text = textOf(node);
    if (text !== null) {
      if (isRead) add(text);
      visitExpressions(node, isRead);
      return;
    }
    if (ts.isNewExpression(node)) {
      const parts = node.arguments ?? [];
      if (node.expression.getText() === 'LacssError') {
        for (const part of parts.slice(1)) visitError(part);
      } else {
        // Errors of programmers stay English.
        for (const part of parts) visit(part, false);
      }
      return;
    }
    if (ts.isCallExpression(node)) {
      const name = node.expression.getText();
      visit(node.expression, false);
      for (const part of node.arguments) visit(part, readCalls.test(name) || reasonCalls.test(name));
      return;
    }
    if (ts.isPropertyAssignment(node)) {
      visit(node.initializer, readProperties.test(node.name.getText()) || (isRead && !isKey(node)));
      return;
    }
    if (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) {
      const isTable = readNames.test(node.name?.getText() ?? '');
      ts.forEachChild(node, (child) => visit(child, isTable));
      return;
    }
    if (ts.isConditionalExpression(node)) {
      visit(node.condition, false);
      visit(node.whenTrue, isRead);
      visit(node.whenFalse, isRead);
      return;
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind !== ts.SyntaxKind.PlusToken) {
      visit(node.left, false);
      visit(node.right, isRead && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken);
      return;
    }
    ts.forEachChild(node, (child) => visit(child, isRead));
  };
  /** The expressions within a template or a sum of templates. */
  const visitExpressions = (node, isRead) => {
    if (ts.isTemplateExpression(node)) {
      for (const { expression } of node.templateSpans) visit(expression, isRead);
    } else if (ts.isBinaryExpression(node)) {
      visitExpressions(node.left, isRead);
      visitExpressions(node.right, isRead);
    }
  };
  /** The message or the details of an error. Subject and cause are no texts. */
  const visitError = (part) => {
    if (!ts.isObjectLiteralExpression(part)) {
      visit(part, true);
      return;
    }
    for (const property of part.properties) {
      if (ts.isPropertyAssignment(property))
        visit(property.initializer, property.name.getText() === 'remedy');
    }
  };
  visit(source, false);
  return [...found];
}

/** The pieces of a literal, a template or a sum of them, with `null` for an expression; `null` for others. */
function partsOf(node) {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.flatMap(({ literal }) => [null, literal.text])];
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return null;
  const [left, right] = [partsOf(node.left), partsOf(node.right)];
  return left === null || right === null ? null : [...left, ...right];
}

/** Whether the name of an item follows the text: `{ message: 'Reading', nameOf: … }`. */
function isNamed(literal) {
  const property = literal.parent;
  return (
    ts.isPropertyAssignment(property) &&
    ts.isObjectLiteralExpression(property.parent) &&
    property.parent.properties.some(({ name }) => name?.getText() === 'nameOf')
  );
}

/** Properties that hold ids, not texts. */
function isKey(property) {
  return /^(code|kind|subject|cause|source|value|state|change)$/.test(property.name.getText());
}
