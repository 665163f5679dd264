/** `/flows` is the list, `/flows/<id>` the designer. */
import { lazy, type ReactNode } from 'react';
import { FlowsScreen } from '../flows/FlowsScreen.tsx';

const Designer = lazy(() => import('../canvas/Designer.tsx').then((room) => ({ default: room.Designer })));

/** The list or the designer. */
export function FlowsRoute({ parts }: { parts: readonly string[] }): ReactNode {
  const [flowId] = parts;
  return flowId === undefined || flowId === '' ? <FlowsScreen /> : <Designer key={flowId} flowId={flowId} />;
}
