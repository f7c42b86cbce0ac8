import { DARK, LIGHT, variables } from './palette.ts';

const TYPE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
h1,h2,h3,p,ol,ul,dl,dd,figure,table{margin:0;padding:0}
ol,ul{list-style:none}
h2{font-size:1.3rem;line-height:1.25;letter-spacing:-.01em;font-weight:650}
h3{font-size:1rem;line-height:1.35;font-weight:650}
.label{font-size:.8rem;line-height:1.35;font-weight:650;color:var(--muted)}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
code,kbd{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
b{font-weight:650}
.muted,.lead{color:var(--muted)}
.lead{max-width:74ch;margin-top:.3rem}
.fail-text{color:var(--fail);font-weight:650}
.skip{position:absolute;left:-999em}
.skip:focus{left:1rem;top:.5rem;background:var(--ground);padding:.4rem .8rem;z-index:1}
`;

const LAYOUT = `
header,main,footer{max-width:1160px;margin:0 auto;padding:0 20px}
.masthead{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;justify-content:space-between;padding-top:14px;font-size:.82rem;color:var(--muted)}
.masthead b{color:var(--ink);letter-spacing:.02em}
.verdict{display:grid;grid-template-columns:auto 1fr;gap:0 30px;align-items:start;padding:18px 0 20px}
.letter{display:flex;flex-direction:column;align-items:center;justify-content:center;width:148px;min-height:148px;padding:8px;border:2px solid currentColor;border-radius:6px;background:var(--surface)}
.letter strong{font-size:100px;line-height:1;font-weight:700}
.letter span{font-size:.86rem;color:var(--ink);font-variant-numeric:tabular-nums}
.letter.A,.letter.B{color:var(--pass)}.letter.C{color:var(--unsure)}.letter.D,.letter.F{color:var(--fail)}.letter.none{color:var(--muted)}
.verdict h1{font-size:.95rem;font-weight:600;line-height:1.4;color:var(--muted)}
.headline{font-size:1.5rem;line-height:1.32;letter-spacing:-.012em;font-weight:600;margin:.35rem 0 .7rem;max-width:56ch;text-wrap:pretty}
.outcome{display:flex;flex-wrap:wrap;gap:.3rem .7rem;align-items:baseline;font-size:.9rem}
.verdict-section{padding-top:0}
nav{padding-top:26px}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:9px 0;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule);font-size:.86rem}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}
section{padding-top:34px}
.verdict-section+section{padding-top:22px}
section>h2+*:not(.lead),.lead+*{margin-top:14px}
h2.sub{font-size:1rem;margin:0 0 4px}
h2.sub+.plain{margin-bottom:18px}
h3.sub{margin:22px 0 8px}
footer{padding-top:36px;padding-bottom:36px;font-size:.82rem;color:var(--muted)}
@media (max-width:700px){
header,main,footer{padding-left:16px;padding-right:16px}
.verdict{gap:14px 16px;padding:14px 0 18px}
.letter{width:92px;min-height:104px;padding:6px}.letter strong{font-size:62px}.letter span{font-size:.72rem}
.headline{font-size:1.18rem;grid-column:1/-1;margin:.2rem 0 0}
.wording{display:contents}.wording h1{font-size:.9rem}.outcome{grid-column:1/-1}
}
`;

const PARTS = `
.tag{display:inline-block;padding:0 .5em;border:1px solid currentColor;border-radius:3px;font-size:.78rem;line-height:1.55;font-weight:650;white-space:nowrap}
.tag.pass{color:var(--pass)}.tag.fail{color:var(--fail)}.tag.inconclusive{color:var(--unsure)}.tag.quiet{color:var(--muted);font-weight:500}
.causes{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:14px}
.cause{background:var(--surface);border-top:3px solid var(--fail);border-radius:0 0 4px 4px;padding:12px 16px 14px;display:flex;flex-direction:column;gap:9px}
.cause .label{margin-bottom:1px}
.cause p{line-height:1.45}
.cause .small{margin-top:2px}
.small{font-size:.86rem;color:var(--muted)}
.evidence{display:flex;flex-wrap:wrap;gap:0 1.1em;font-size:.86rem;color:var(--muted)}
.evidence b{color:var(--ink);font-variant-numeric:tabular-nums}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px 24px}
.facts dt{font-size:.8rem;color:var(--muted)}
.facts dd{font-variant-numeric:tabular-nums}
.tally{border-top:1px solid var(--rule);border-bottom:1px solid var(--rule);padding:10px 0}
.tally dd{font-size:1.2rem;font-weight:650;line-height:1.3}
.tally dd .small{display:block;font-weight:400}
.scroll{overflow-x:auto;overscroll-behavior-x:contain}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.82rem;padding-bottom:6px}
th,td{text-align:left;vertical-align:top;padding:6px 14px 6px 0;border-bottom:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.78rem;font-weight:600;color:var(--muted);vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:500;overflow-wrap:break-word;min-width:9ch}
td{overflow-wrap:break-word}
.n{text-align:right;white-space:nowrap}
td.prose{min-width:24ch}
tbody.group th.head{font-weight:650;padding-top:14px}
tbody.group th.head .small{font-weight:400;margin-left:.6em}
.zero{color:var(--muted)}
.bar{display:block;width:100%;height:8px;border-radius:2px;overflow:hidden}
.score+.bar{margin-bottom:6px}
.tally+.small{margin-top:10px}.small+.scroll,.scroll+.small,.scroll+.scroll,.scale+p,.scroll+p{margin-top:12px}
.overview{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(150px,45%),1fr));gap:14px 24px;padding-bottom:22px}
.overview a{display:flex;justify-content:space-between;gap:.5em;align-items:baseline;font-size:.86rem;margin-bottom:3px;text-decoration:none;color:var(--ink)}
.overview a:hover span{text-decoration:underline}
.overview .fail-text{font-variant-numeric:tabular-nums}
.bar .track{fill:var(--rule)}.bar .pass{fill:var(--pass)}.bar .fail{fill:var(--fail)}.bar .plain{fill:var(--good)}
.measure{display:flex;align-items:center;gap:.7em;white-space:nowrap}
.measure .bar{width:72px;flex:none}
tbody.group th:not(.head){position:sticky;left:0;background:var(--ground)}
.dimension{border-top:1px solid var(--rule);padding:14px 0 18px;display:grid;grid-template-columns:minmax(200px,270px) 1fr;gap:8px 32px}
.dimension .score{display:flex;align-items:baseline;gap:.6em;font-variant-numeric:tabular-nums;margin:.2rem 0 .4rem}
.dimension .score strong{font-size:1.5rem;font-weight:650;line-height:1.2}
.dimension .detail{display:flex;flex-direction:column;gap:8px;max-width:78ch}
.dimension .formula{font-size:.86rem;color:var(--muted)}
.why{border-left:3px solid var(--fail);padding-left:12px;display:flex;flex-direction:column;gap:4px;margin-top:6px}
@media (max-width:700px){.dimension{grid-template-columns:1fr}}
.plain li,.notes li{padding:5px 0;border-bottom:1px solid var(--rule)}
.notes li{display:grid;grid-template-columns:9.5em 6.5em 1fr;gap:0 12px}
@media (max-width:700px){.story li{grid-template-columns:1fr}.notes:not(.story) li{grid-template-columns:auto 1fr}.notes li>:last-child{grid-column:1/-1}}
.story li{grid-template-columns:9.5em 1fr}.story a{white-space:nowrap;margin-left:.4em}
.patterns{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(420px,100%),1fr));gap:18px 32px}
.patterns>li{border-top:1px solid var(--rule);padding-top:10px;display:flex;flex-direction:column;gap:5px}
.filmstrip{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(240px,100%),1fr));gap:14px;margin-bottom:16px}
.filmstrip img{display:block;width:100%;height:auto;border:1px solid var(--rule);border-radius:4px;background:var(--surface)}
.filmstrip figcaption{font-size:.82rem;color:var(--muted);margin-top:4px}
pre{margin:0}
.command{display:block;background:var(--surface);border:1px solid var(--rule);border-radius:4px;padding:10px 12px;overflow-x:auto;white-space:pre;user-select:all}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:26px 40px}
.two>*{min-width:0}.two>.scroll{margin-top:0}
details{margin-top:8px;font-size:.88rem}
summary{cursor:pointer;color:var(--link);width:max-content;max-width:100%}
details>.scroll{margin-top:8px;max-height:360px;overflow-y:auto}
`;

/** Ink by the share of a column's requests. */
const HEAT = ['heat:good', 'heat-late:fail']
  .flatMap((pair) => {
    const [name = '', ink = ''] = pair.split(':');
    return [1, 2, 3, 4, 5].map(
      (shade) => `.${name}.s${shade}{fill:var(--${ink});fill-opacity:${(shade * 0.18 + 0.1).toFixed(2)}}`,
    );
  })
  .join('');

const CHARTS = `
.chart .heatmap{min-width:720px}
.chart svg{display:block;width:100%;height:auto}
.chart .wide{min-width:720px}
.chart .narrow{display:none}
.chart text{font-size:12px;fill:var(--ink)}
.chart .narrow text{font-size:11px}
.chart .faint{fill:var(--muted)}.chart .strong{font-weight:650}
.chart .end{text-anchor:end}.chart .mid{text-anchor:middle}
.band{fill:var(--band)}.band.alt{fill:var(--band-alt)}
.edge,.grid{stroke:var(--rule);stroke-width:1;fill:none}
.frame{stroke:var(--muted);stroke-width:1;fill:none;opacity:.55}
.good-fill{fill:var(--good-fill)}.good-line{stroke:var(--good);stroke-width:1.8;fill:none}
.error-fill{fill:var(--error-fill)}.hang-fill{fill:var(--hang-fill)}.hang-hatch{stroke:var(--hang);stroke-width:1.6}
.s3-fill{fill:var(--s3-fill)}.s3-line{stroke:var(--s3);stroke-width:1.6;fill:none}
.s3-fail{stroke:var(--s3-fail);stroke-width:1.3}.s3-ground{fill:var(--ground)}
.p50-line{stroke:var(--good);stroke-width:1.5;fill:none;stroke-dasharray:3 2}.p95-line{stroke:var(--good);stroke-width:2;fill:none}
.patience{stroke:var(--fail);stroke-width:1.5;stroke-dasharray:7 4;fill:none}
.chart .patience-label{fill:var(--fail)}
${HEAT}.badge{fill:var(--ground);stroke:var(--muted);stroke-width:1}
.hit{fill:transparent}.hit:hover{fill:var(--ink);fill-opacity:.12}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.3rem;font-size:.84rem;color:var(--muted);margin-bottom:8px}
.legend li{display:inline-flex;align-items:center;gap:.45em}
.legend svg{width:26px;height:12px;flex:none}
.phases{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(250px,100%),1fr));gap:14px 28px;margin-top:16px}
.phases>li{border-top:1px solid var(--rule);padding-top:8px;font-size:.88rem}
.phases h3{display:flex;gap:.5em;font-size:.92rem}
.phases .number{flex:none;display:inline-block;width:1.6em;height:1.6em;line-height:1.5em;text-align:center;border:1px solid var(--muted);border-radius:50%;font-size:.8rem;font-weight:500}
.phases li li{padding-left:.9em;text-indent:-.9em}
.phases li li::before{content:"\\2013\\00a0"}
.scale{display:block;width:100%;max-width:560px;height:auto}
.scale .mark{fill:var(--ink)}.scale .range{fill:var(--good-fill);stroke:var(--good)}
.scale text{font-size:12px;fill:var(--ink)}.scale .faint{fill:var(--muted)}
.scale .mid{text-anchor:middle}
@media (max-width:640px){.chart .wide{display:none}.chart .narrow{display:block}}
`;

const PRINT = `
@media print{
@page{margin:14mm}
body{font-size:10.5pt}
nav,.skip,details{display:none}
.cause,.dimension,.phases>li,tr,.letter{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll{overflow:visible}
.chart .wide{min-width:0;display:block}.chart .narrow{display:none}
.cause,.letter,.command{background:none;border:1px solid var(--rule)}
a{color:inherit}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;

/** The whole style sheet. Dark only on a screen: paper is white. */
export const STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(DARK)}}}
${TYPE}${LAYOUT}${PARTS}${CHARTS}${PRINT}`.replaceAll(/\n+/g, '\n');
