// Draws the process and marks where the case stands; without it the list of steps says the same.
(function () {
  'use strict';
  var place = document.getElementById('diagram');
  if (!place || !window.BpmnJS) { return; }
  var FONT = '"PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
  var ids = function (name) { return (place.dataset[name] || '').split(' ').filter(Boolean); };

  fetch(place.dataset.process, { credentials: 'same-origin' })
    .then(function (answer) {
      if (!answer.ok) { throw new Error('no diagram'); }
      return answer.text();
    })
    .then(function (xml) {
      place.hidden = false;
      var viewer = new window.BpmnJS({
        container: place,
        textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: 18 }, externalStyle: { fontSize: 16 } }
      });
      return viewer.importXML(xml).then(function () {
        var canvas = viewer.get('canvas');
        var known = viewer.get('elementRegistry');
        ids('passed').forEach(function (id) { if (known.get(id)) { canvas.addMarker(id, 'passed'); } });
        ids('now').forEach(function (id) { if (known.get(id)) { canvas.addMarker(id, 'now'); } });
        canvas.zoom('fit-viewport', 'auto');
      });
    })
    .catch(function () { place.hidden = true; });
}());
