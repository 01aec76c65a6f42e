// What other programs put on the clipboard, cut to what matters.

export const GOOGLE_DOCS = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1f2e">
<h2 dir="ltr" style="line-height:1.38"><span style="font-size:16pt;font-family:Arial;color:#000;font-weight:400">Plan</span></h2>
<p dir="ltr"><span style="font-size:11pt;font-weight:400">Both </span><span style="font-weight:700">bold</span><span style="font-weight:400"> and </span><span style="font-style:italic;font-weight:400">slanted</span><span>, and </span><a href="https://example.org/plan" style="text-decoration:none"><span style="text-decoration:underline">a link</span></a><span>.</span></p>
<ul style="margin-top:0"><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>one</span></p></li>
<ul><li dir="ltr" aria-level="2"><p dir="ltr" role="presentation"><span>one a</span></p></li></ul>
<li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>two</span></p></li></ul></b>`;

export const WORD = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm} --></style></head><body>
<!--StartFragment--><p class=MsoNormal><b>Minutes</b><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>first<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>below it<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>2.<span>&nbsp;&nbsp; </span></span><![endif]>second<o:p></o:p></p><!--EndFragment--></body></html>`;

export const SHEET = `<google-sheets-html-origin><style type="text/css"><!--td {border: 1px solid #cccccc;}--></style><table xmlns="http://www.w3.org/1999/xhtml" cellspacing="0" dir="ltr" border="1"><colgroup><col width="100"/><col width="100"/></colgroup><tbody><tr style="height:21px;"><td style="font-weight:bold;">Name</td><td style="font-weight:bold;">Price</td></tr><tr><td>Tea | green</td><td style="text-align:right;">2</td></tr><tr><td colspan="2"><div>Milk</div><div>fresh</div></td></tr></tbody></table>`;

export const SLACK = `<meta charset='utf-8'><span style="color: rgb(29, 28, 29); font-family: Slack-Lato">Ship <b data-stringify-type="bold">today</b>, see </span><a target="_blank" class="c-link" href="https://example.org/run">the run</a><ul data-stringify-type="unordered-list"><li data-indent="0">api</li><li data-indent="0"><code data-stringify-type="code">web</code></li></ul><blockquote type="cite">as agreed</blockquote>`;

export const HOSTILE = `<style>@import url(https://evil.example/a.css); * { background: url(https://evil.example/b.png) }</style>
<link rel="stylesheet" href="https://evil.example/c.css"><base href="https://evil.example/">
<p onclick="window.hit=1" style="position:fixed;inset:0;background:url(https://evil.example/d.png)" class="x" id="main">Kept <b>words</b></p>
<img src="https://evil.example/e.png" onerror="window.hit=2" alt="a cat"><img src=x onerror="window.hit=3"><svg onload="window.hit=4"><script>window.hit=5</script></svg>
<script>window.hit=6</script><iframe srcdoc="<script>parent.hit=7</script>" src="https://evil.example/f"></iframe>
<video src="https://evil.example/g.mp4" autoplay></video><object data="https://evil.example/h"></object><input autofocus onfocus="window.hit=8">
<a href="javascript:window.hit=9">press</a> <a href="/s/here">path</a> <a href="mw:paaaaaaaaaaaaaaaaaaaaaaaaaa">@Bo</a> <a href="https://example.org/x">there</a>
<math><mtext><table><mglyph><style><img src=x onerror="window.hit=10"></style></mglyph></table></mtext></math>
<div>end</div>`;
