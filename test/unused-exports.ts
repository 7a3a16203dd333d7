import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** The names a file imports from one of the folders' files; `*` for all of them. */
type Imports = Map<string, Set<string>>;

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => normalize(join(entry.parentPath, entry.name)));
}

/** The code of a file; for a component, its scripts. */
export function parsed(file: string): ts.SourceFile {
  const text = readFileSync(file, 'utf8');
  const code = file.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, script]) => script).join('\n')
    : text;
  return ts.createSourceFile(file, code, ts.ScriptTarget.Latest);
}

/** The exported values; types may be exported for the signatures that mention them. */
function exportsOf(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement): string[] => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [];
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported !== true) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name) ? [name.text] : [],
      );
    const { name } = statement as ts.DeclarationStatement;
    return name && ts.isIdentifier(name) ? [name.text] : [];
  });
}

/** How often a name occurs in a file's code, without comments. */
function occurrences(source: ts.SourceFile, name: string): number {
  let count = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name) count++;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return count;
}

/** What a file imports from other files by a relative path; types count too. */
export function importsOf(source: ts.SourceFile): Imports {
  const imports: Imports = new Map();
  const add = (specifier: ts.Node, names: readonly string[]): void => {
    if (!ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return;
    const path = normalize(join(dirname(source.fileName), specifier.text.replace(/\?.*$/, '')));
    const known = imports.get(path) ?? new Set();
    for (const name of names) known.add(name);
    imports.set(path, known);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      add(
        node.moduleSpecifier,
        bindings && ts.isNamedImports(bindings)
          ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
          : bindings
            ? ['*']
            : [],
      );
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      const names =
        node.exportClause && ts.isNamedExports(node.exportClause)
          ? node.exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
          : ['*'];
      add(node.moduleSpecifier, names);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier) add(specifier, ['*']);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, ['*']);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

/**
 * Finds exported values that should be private or removed, as `src-main/imaging/raster.ts: readAll, …`. A
 * function may be exported only for its tests if its file uses it.
 * @param folders whose exports are checked
 * @param others folders whose imports count as use, too
 * @param tests folders whose imports count only for values that their file uses itself
 */
export function unusedExports(
  folders: readonly string[],
  others: readonly string[],
  tests: readonly string[],
): string[] {
  const importersOf = (files: readonly string[]): Imports => {
    const all: Imports = new Map();
    for (const file of files)
      for (const [path, names] of importsOf(parsed(file)))
        all.set(path, new Set([...(all.get(path) ?? []), ...names]));
    return all;
  };
  const files = folders.flatMap(filesIn);
  const used = importersOf([...files, ...others.flatMap(filesIn)]);
  const tested = importersOf(tests.flatMap(filesIn));
  const uses = (imports: Imports, file: string, name: string): boolean =>
    imports.get(file)?.has(name) === true || imports.get(file)?.has('*') === true;
  return files
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .flatMap((file) => {
      const source = parsed(file);
      return exportsOf(source).flatMap((name) => {
        if (uses(used, file, name)) return [];
        if (!uses(tested, file, name)) return [`${file}: ${name}, which no other file imports`];
        return occurrences(source, name) > 1 ? [] : [`${file}: ${name}, which tests alone use`];
      });
    });
}
