import { basename } from 'node:path';
import ts from 'typescript';
import { filesIn, parsed } from './unused-exports.ts';

interface Declared {
  name: string;
  file: string;
  isType: boolean;
  isExported: boolean;
}

/** The names that a file declares at its top level. */
function declaredIn(file: string): Declared[] {
  return parsed(file).statements.flatMap((statement): Declared[] => {
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    const names = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name)
      : isType || ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement)
        ? [statement.name]
        : [];
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    return names.flatMap((name) =>
      name && ts.isIdentifier(name)
        ? [{ name: name.text, file, isType: isType || ts.isClassDeclaration(statement), isExported }]
        : [],
    );
  });
}

/**
 * Finds names that two files use, as `Box: src-main/a.ts, src-main/b.ts`: exports, types that equal an
 * exported type's name, and files.
 */
export function namesUsedTwice(folders: readonly string[]): string[] {
  const files = folders.flatMap(filesIn);
  const found = new Map<string, Set<string>>();
  const note = (name: string, file: string): void => {
    found.set(name, (found.get(name) ?? new Set()).add(file));
  };
  const declared = files.flatMap(declaredIn);
  const exportedTypes = new Set(
    declared.filter(({ isType, isExported }) => isType && isExported).map(({ name }) => name),
  );
  for (const { name, file, isType, isExported } of declared)
    if (isExported || (isType && exportedTypes.has(name))) note(name, file);
  for (const file of files) note(basename(file), file);
  return [...found]
    .filter(([, inFiles]) => inFiles.size > 1)
    .map(([name, inFiles]) => `${name}: ${[...inFiles].sort().join(', ')}`)
    .sort();
}
