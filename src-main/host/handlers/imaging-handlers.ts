import { effectOf, isAnsweredIn, requests } from '../../contract/requests.ts';
import type { CheckedParams, RequestName, RequestResult, RequestsOf } from '../../contract/requests.ts';
import type { ImagingJobs } from '../../processes/entries/imaging-jobs.ts';
import type { ProjectChanges } from '../../tasks/images/project-changes.ts';
import type { RunOptions } from '../../processes/supervisor.ts';
import { allowSources } from '../../project/image-sources.ts';
import type { Call, Handlers } from '../call.ts';
import type { HostServices } from '../host-services.ts';

/** Passes requests of the imaging process on to it. Every window hears of their changes. */
export function imagingHandlers(host: HostServices): Handlers<RequestsOf<'imaging'>> {
  const run = async <Name extends RequestsOf<'imaging'>>(
    name: Name,
    params: CheckedParams<Name>,
    { signal, onProgress }: Call,
  ): Promise<RequestResult<Name>> => {
    const held = host.projects.get(params.project);
    const options: RunOptions = {
      signal,
      onProgress,
      onReport: (report) => host.tellChanges(held, report as ProjectChanges),
      // An edit with an id is made once, however often it is requested.
      onCrash: effectOf(name) !== 'change' || 'edit' in params ? 'again' : 'fail',
    };
    const scoped = { ...held.scope, params } as unknown as Parameters<ImagingJobs[Name]>[0];
    const result = (await host.imaging.run(name, scoped, options)) as RequestResult<Name>;
    // Images that a person adds are also readable when the project is opened again.
    if (name === 'images.add') await allowSources(host.options.dataFolder, held.project, pathsOf(params));
    return result;
  };
  const names = (Object.keys(requests) as RequestName[]).filter((name) => isAnsweredIn(name, 'imaging'));
  return Object.fromEntries(
    names.map((name) => [name, (params: never, call: Call) => run(name, params, call)]),
  ) as Handlers<RequestsOf<'imaging'>>;
}

function pathsOf(params: object): readonly string[] {
  return 'paths' in params ? (params.paths as string[]) : [];
}
