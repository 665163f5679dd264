/** What a function does: its arguments, examples with results, and where it differs from Excel. */
import { Button, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { tokenAt } from '../../engine/formula/cursor.ts';
import {
  type Category,
  categories,
  type FunctionDeclaration,
  signatureOf,
} from '../../engine/formula/functions/declare.ts';
import { allFunctions, findFunction } from '../../engine/formula/functions/index.ts';
import { signatureHelp } from '../../engine/formula/index.ts';
import { tokenize } from '../../engine/formula/lexer.ts';
import { t } from '../strings/index.ts';

/** The function at the cursor: the name it is in, else the call around it. */
export function functionAt(text: string, offset: number): string | undefined {
  const token = tokenAt(text, offset);
  const named = token?.kind === 'name' ? findFunction(token.value) : undefined;
  return named?.name ?? signatureHelp(text, offset)?.name;
}

/** The function that a formula begins with. */
export const firstFunction = (text: string): string | undefined =>
  tokenize(text)
    .map((token) => (token.kind === 'name' ? findFunction(token.value)?.name : undefined))
    .find((name) => name !== undefined);

const offered = (Object.keys(categories) as Category[]).map((category) => ({
  group: categories[category],
  items: allFunctions.filter((one) => one.category === category).map(({ name }) => ({ value: name, label: name })),
}));

function Description({ declaration }: { declaration: FunctionDeclaration }): ReactNode {
  const parameters = [...declaration.parameters, ...declaration.rest];
  return (
    <div className="reference">
      <p className="reference__signature">{signatureOf(declaration)}</p>
      <p>{declaration.summary}</p>
      {parameters.length === 0 ? null : (
        <>
          <h3>{t.formula.arguments}</h3>
          <dl>
            {parameters.map(({ name, doc, optional }) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>
                  {doc} {optional ? `(${t.formula.optional})` : ''}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {declaration.blank === undefined ? null : (
        <p>
          <strong>{t.formula.blank}:</strong> {declaration.blank}
        </p>
      )}
      {declaration.departure === undefined ? null : (
        <p>
          <strong>{t.formula.departure}:</strong> {declaration.departure}
        </p>
      )}
      {declaration.examples.length === 0 ? null : <h3>{t.formula.examples}</h3>}
      {declaration.examples.slice(0, 4).map(({ formula, result }) => (
        <div key={formula} className="reference__example">
          <code>{formula}</code>
          <span>{result || t.inspector.blank}</span>
        </div>
      ))}
    </div>
  );
}

/** The card of a function, with a list to look others up. */
export function ReferenceCard(props: {
  chosen: string | undefined;
  onChoose: (name: string | undefined) => void;
  onInsert: (text: string, cursor: number) => void;
}): ReactNode {
  const declaration = props.chosen === undefined ? undefined : findFunction(props.chosen);
  return (
    <>
      <Select
        label={t.formula.functions}
        placeholder={t.formula.chooseFunction}
        data={offered}
        searchable
        clearable
        maxDropdownHeight={320}
        value={declaration?.name ?? null}
        onChange={(name) => props.onChoose(name ?? undefined)}
      />
      {declaration === undefined ? (
        <p className="formula__outcome formula__outcome--quiet">{t.formula.functionNone}</p>
      ) : (
        <>
          <Description declaration={declaration} />
          <div>
            <Button
              variant="default"
              size="compact-xs"
              onClick={() => props.onInsert(`${declaration.name}()`, declaration.name.length + 1)}
            >
              {t.formula.insert}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
