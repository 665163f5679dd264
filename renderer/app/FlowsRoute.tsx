/** `/flows` is the list, `/flows/<id>` the designer. */
import { lazy, type ReactNode } from 'react';
import { FlowsScreen } from '../flows/FlowsScreen.tsx';

const designer = () => import('../canvas/Designer.tsx');
const Designer = lazy(() => designer().then((room) => ({ default: room.Designer })));
// Where the window opens on a flow, the designer is on its way before the host has answered. A failure shows when it is drawn.
if (/^#\/flows\/./.test(window.location.hash)) designer().catch(() => undefined);

/** The list or the designer. */
export function FlowsRoute({ parts }: { parts: readonly string[] }): ReactNode {
  const [flowId] = parts;
  return flowId === undefined || flowId === '' ? <FlowsScreen /> : <Designer key={flowId} flowId={flowId} />;
}
