<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Look for changes now</source>
        <translation>Jetzt nach Änderungen suchen</translation>
    </message>
    <message>
        <source>Pause reading photos</source>
        <translation>Einlesen anhalten</translation>
    </message>
    <message>
        <source>Files that could not be read…</source>
        <translation>Nicht lesbare Dateien…</translation>
    </message>
    <message>
        <source>Back up the library now</source>
        <translation>Bibliothek jetzt sichern</translation>
    </message>
    <message>
        <source>Backups…</source>
        <translation>Sicherungen…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search with a picture file…</source>
        <translation>Mit Bilddatei suchen…</translation>
    </message>
    <message>
        <source>Search with the copied picture</source>
        <translation>Mit kopiertem Bild suchen</translation>
    </message>
    <message>
        <source>Find similar photos</source>
        <translation>Ähnliche Fotos finden</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Choose dates…</source>
        <translation>Zeitraum wählen…</translation>
    </message>
    <message>
        <source>Choose camera…</source>
        <translation>Kamera wählen…</translation>
    </message>
    <message>
        <source>Choose type or shape…</source>
        <translation>Typ oder Format wählen…</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message>
        <source>Clicks</source>
        <translation>Klicks</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>Mehr davon</translation>
    </message>
    <message>
        <source>Less like this</source>
        <translation>Weniger davon</translation>
    </message>
    <message>
        <source>Neither: take my click back</source>
        <translation>Neutral: Klick zurücknehmen</translation>
    </message>
    <message>
        <source>Why this photo</source>
        <translation>Warum dieses Foto</translation>
    </message>
    <message>
        <source>Find more like my picks</source>
        <translation>Mehr wie meine Auswahl finden</translation>
    </message>
    <message>
        <source>Help me narrow…</source>
        <translation>Beim Eingrenzen helfen…</translation>
    </message>
    <message>
        <source>Before my clicks</source>
        <translation>Ohne meine Klicks</translation>
    </message>
    <message>
        <source>Forget all my clicks</source>
        <translation>Alle Klicks vergessen</translation>
    </message>
    <message>
        <source>Only strong matches</source>
        <translation>Nur gute Treffer</translation>
    </message>
    <message>
        <source>Matches by date</source>
        <translation>Treffer nach Datum</translation>
    </message>
    <message>
        <source>Learn from my clicks</source>
        <translation>Aus meinen Klicks lernen</translation>
    </message>
    <message>
        <source>Nearer to a dislike: last</source>
        <translation>Näher an Abgelehntem: ans Ende</translation>
    </message>
    <message>
        <source>Nearer to a dislike: left out</source>
        <translation>Näher an Abgelehntem: weglassen</translation>
    </message>
    <message>
        <source>Words and pictures must both fit</source>
        <translation>Wörter und Bilder müssen beide passen</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Save as concept…</source>
        <translation>Als Konzept speichern…</translation>
    </message>
    <message>
        <source>Save changes to the concept</source>
        <translation>Änderungen am Konzept speichern</translation>
    </message>
    <message>
        <source>Import a concept…</source>
        <translation>Konzept importieren…</translation>
    </message>
    <message>
        <source>Forget recent searches</source>
        <translation>Letzte Suchen vergessen</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Best match first</source>
        <translation>Beste Treffer zuerst</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <source>By file name</source>
        <translation>Nach Dateiname</translation>
    </message>
    <message>
        <source>Last added first</source>
        <translation>Zuletzt hinzugefügte zuerst</translation>
    </message>
    <message>
        <source>Side pane</source>
        <translation>Seitenleiste</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Square tiles</source>
        <translation>Quadratische Kacheln</translation>
    </message>
    <message>
        <source>Larger photos</source>
        <translation>Fotos größer</translation>
    </message>
    <message>
        <source>Smaller photos</source>
        <translation>Fotos kleiner</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Open with another program</source>
        <translation>Mit anderem Programm öffnen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy files</source>
        <translation>Dateien kopieren</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Move to trash…</source>
        <translation>In den Papierkorb…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>Auswahl aufheben</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation>Nächstes Foto</translation>
    </message>
    <message>
        <source>Previous photo</source>
        <translation>Vorheriges Foto</translation>
    </message>
    <message>
        <source>First photo</source>
        <translation>Erstes Foto</translation>
    </message>
    <message>
        <source>Last photo</source>
        <translation>Letztes Foto</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>In Fenster einpassen</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Originalgröße</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Search this part…</source>
        <translation>Nach diesem Ausschnitt suchen…</translation>
    </message>
    <message>
        <source>Back to the photos</source>
        <translation>Zurück zu den Fotos</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>User guide</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>About PhotoLens</source>
        <translation>Über PhotoLens</translation>
    </message>
    <message>
        <source>Move about</source>
        <translation>Bewegen</translation>
    </message>
    <message>
        <source>Arrow keys, Home, End, Page Up, Page Down</source>
        <translation>Pfeiltasten, Pos1, Ende, Bild auf, Bild ab</translation>
    </message>
    <message>
        <source>Select a range</source>
        <translation>Bereich auswählen</translation>
    </message>
    <message>
        <source>Shift with these keys, or Shift and click</source>
        <translation>Umschalt mit diesen Tasten oder Umschalt und Klick</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>Zur Auswahl hinzufügen</translation>
    </message>
    <message>
        <source>Ctrl and click</source>
        <translation>Strg und Klick</translation>
    </message>
    <message>
        <source>Photo size</source>
        <translation>Fotogröße</translation>
    </message>
    <message>
        <source>Ctrl and the mouse wheel</source>
        <translation>Strg und Mausrad</translation>
    </message>
    <message>
        <source>Begin a search</source>
        <translation>Suche beginnen</translation>
    </message>
    <message>
        <source>Just type</source>
        <translation>Einfach tippen</translation>
    </message>
    <message>
        <source>Rename or delete a concept</source>
        <translation>Konzept umbenennen oder löschen</translation>
    </message>
    <message>
        <source>F2 and Del in its list</source>
        <translation>F2 und Entf in der Liste</translation>
    </message>
</context>
<context>
    <name>Backups</name>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message>
        <source>%1 photos</source>
        <translation>%1 Fotos</translation>
    </message>
    <message>
        <source>1 concept</source>
        <translation>1 Konzept</translation>
    </message>
    <message>
        <source>%1 concepts</source>
        <translation>%1 Konzepte</translation>
    </message>
    <message>
        <source>Daily</source>
        <translation>Täglich</translation>
    </message>
    <message>
        <source>Before an update</source>
        <translation>Vor einem Update</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>Von Hand</translation>
    </message>
    <message>
        <source>Before a restore</source>
        <translation>Vor einer Wiederherstellung</translation>
    </message>
</context>
<context>
    <name>BackupsDialog</name>
    <message>
        <source>Backups of the library</source>
        <translation>Sicherungen der Bibliothek</translation>
    </message>
    <message>
        <source>A backup holds your concepts and what PhotoLens knows of your photos, not the photos. One is made every day on which something has changed.</source>
        <translation>Eine Sicherung enthält Ihre Konzepte und was PhotoLens über Ihre Fotos weiß, nicht die Fotos selbst. An jedem Tag mit Änderungen wird eine angelegt.</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>Jetzt sichern</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
</context>
<context>
    <name>BannerRow</name>
    <message>
        <source>Close this message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>Something went wrong: %1.</source>
        <translation>Etwas ist schiefgegangen: %1.</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Draw a box around the part to search for. Esc leaves.</source>
        <translation>Einen Rahmen um den gesuchten Ausschnitt ziehen. Esc bricht ab.</translation>
    </message>
</context>
<context>
    <name>Card</name>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>More like this (L)</source>
        <translation>Mehr davon (L)</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>Less like this (D)</source>
        <translation>Weniger davon (D)</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>not answered</source>
        <translation>nicht beantwortet</translation>
    </message>
    <message>
        <source>Photo %1: %2</source>
        <translation>Foto %1: %2</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>%1, remove with Delete</source>
        <translation>%1, mit Entf entfernen</translation>
    </message>
</context>
<context>
    <name>ChipPreview</name>
    <message>
        <source>This alone finds</source>
        <translation>Das allein findet</translation>
    </message>
</context>
<context>
    <name>ClicksBar</name>
    <message>
        <source>Clicks</source>
        <translation>Klicks</translation>
    </message>
    <message>
        <source>What clicks do</source>
        <translation>Was Klicks bewirken</translation>
    </message>
    <message>
        <source>liked</source>
        <translation>gefällt</translation>
    </message>
    <message>
        <source>disliked</source>
        <translation>gefällt nicht</translation>
    </message>
    <message>
        <source>%1 strong</source>
        <translation>%1 gute</translation>
    </message>
    <message>
        <source>%1 maybe</source>
        <translation>%1 vielleicht</translation>
    </message>
</context>
<context>
    <name>Completion</name>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
</context>
<context>
    <name>ConceptChanges</name>
    <message>
        <source>Another PhotoLens is reading photos into this library; save the concept there.</source>
        <translation>Ein anderes PhotoLens liest Fotos in diese Bibliothek ein; das Konzept dort speichern.</translation>
    </message>
    <message>
        <source>The library&apos;s folder is read-only: no concept can be saved in it.</source>
        <translation>Der Ordner der Bibliothek ist schreibgeschützt: Konzepte lassen sich darin nicht speichern.</translation>
    </message>
    <message>
        <source>It keeps: %1.</source>
        <translation>Enthält: %1.</translation>
    </message>
    <message>
        <source>Save as concept</source>
        <translation>Als Konzept speichern</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>save concept</source>
        <translation>Konzept speichern</translation>
    </message>
    <message>
        <source>save changes</source>
        <translation>Änderungen speichern</translation>
    </message>
    <message>
        <source>Changes to “%1” saved.</source>
        <translation>Änderungen an „%1“ gespeichert.</translation>
    </message>
    <message>
        <source>Rename concept</source>
        <translation>Konzept umbenennen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>delete concept</source>
        <translation>Konzept löschen</translation>
    </message>
    <message>
        <source>Deleted “%1”.</source>
        <translation>„%1“ gelöscht.</translation>
    </message>
    <message>
        <source>Export concept</source>
        <translation>Konzept exportieren</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>Nach %1 exportiert.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Import a concept</source>
        <translation>Konzept importieren</translation>
    </message>
    <message>
        <source>import concept</source>
        <translation>Konzept importieren</translation>
    </message>
    <message>
        <source>Imported “%1”.</source>
        <translation>„%1“ importiert.</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>ConceptList</name>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Save a search to keep it here</source>
        <translation>Eine Suche speichern, um sie hier zu behalten</translation>
    </message>
    <message>
        <source>%1 strong matches</source>
        <translation>%1 gute Treffer</translation>
    </message>
    <message>
        <source>%1 new</source>
        <translation>%1 neu</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>DatesDialog</name>
    <message>
        <source>Between two dates</source>
        <translation>Zwischen zwei Daten</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
</context>
<context>
    <name>DetailsPane</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Why this photo</source>
        <translation>Warum dieses Foto</translation>
    </message>
    <message>
        <source>No photo selected</source>
        <translation>Kein Foto ausgewählt</translation>
    </message>
    <message>
        <source>Choose a photo to see what is known of it.</source>
        <translation>Ein Foto wählen, um zu sehen, was darüber bekannt ist.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Aufgenommen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message numerus="yes">
        <source>%Ln copies</source>
        <translation>
            <numerusform>%Ln Kopie</numerusform>
            <numerusform>%Ln Kopien</numerusform>
        </translation>
    </message>
    <message>
        <source>File date</source>
        <translation>Dateidatum</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>Objektiv</translation>
    </message>
    <message>
        <source>Exposure</source>
        <translation>Belichtung</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
</context>
<context>
    <name>Drops</name>
    <message>
        <source>This picture cannot be read.</source>
        <translation>Dieses Bild kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>That was only the address of a picture, and PhotoLens never goes online. Copy the picture itself in the browser (Copy image) and paste it here.</source>
        <translation>Das war nur die Adresse eines Bildes, und PhotoLens geht nie ins Internet. Das Bild selbst im Browser kopieren („Grafik kopieren“) und hier einfügen.</translation>
    </message>
</context>
<context>
    <name>FailuresDialog</name>
    <message>
        <source>Files that could not be read</source>
        <translation>Nicht lesbare Dateien</translation>
    </message>
    <message>
        <source>Reasons shown</source>
        <translation>Angezeigte Gründe</translation>
    </message>
    <message>
        <source>Find in this list</source>
        <translation>In dieser Liste suchen</translation>
    </message>
    <message>
        <source>Try all again</source>
        <translation>Alle erneut versuchen</translation>
    </message>
    <message>
        <source>Reads each of them once more, also those that are set aside</source>
        <translation>Liest jede noch einmal, auch die zurückgestellten</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>Liste kopieren</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 files. They are as they were, and are tried again when they change.</source>
        <translation>
            <numerusform>%1 Datei. Sie ist unverändert und wird bei einer Änderung erneut versucht.</numerusform>
            <numerusform>%1 Dateien. Sie sind unverändert und werden bei einer Änderung erneut versucht.</numerusform>
        </translation>
    </message>
    <message>
        <source>No file has failed.</source>
        <translation>Keine Datei ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>1 is set aside, as reading it broke off twice; it waits until you try again.</source>
        <translation>1 ist zurückgestellt, da das Lesen zweimal abbrach, bis zu einem neuen Versuch.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln are set aside, as reading them broke off twice; they wait until you try again.</source>
        <translation>
            <numerusform>%Ln ist zurückgestellt, da das Lesen zweimal abbrach, bis zu einem neuen Versuch.</numerusform>
            <numerusform>%Ln sind zurückgestellt, da das Lesen zweimal abbrach, bis zu einem neuen Versuch.</numerusform>
        </translation>
    </message>
    <message>
        <source>All reasons</source>
        <translation>Alle Gründe</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Zurückgestellt</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>No photo</source>
        <translation>Kein Foto</translation>
    </message>
    <message>
        <source>Unknown format</source>
        <translation>Unbekanntes Format</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>Zu groß</translation>
    </message>
    <message>
        <source>Not readable</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Could not be processed</source>
        <translation>Nicht verarbeitbar</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Any folder</source>
        <translation>Alle Ordner</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Jedes Datum</translation>
    </message>
    <message>
        <source>Any camera</source>
        <translation>Alle Kameras</translation>
    </message>
    <message>
        <source>with a place</source>
        <translation>mit Ort</translation>
    </message>
    <message>
        <source>without a place</source>
        <translation>ohne Ort</translation>
    </message>
    <message>
        <source>Any kind</source>
        <translation>Jede Art</translation>
    </message>
    <message>
        <source> (offline)</source>
        <translation> (offline)</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>%1 and earlier</source>
        <translation>%1 und früher</translation>
    </message>
    <message>
        <source>Between two dates…</source>
        <translation>Zwischen zwei Daten…</translation>
    </message>
    <message>
        <source>No photo says which camera took it</source>
        <translation>Bei keinem Foto ist die Kamera bekannt</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Any shape</source>
        <translation>Jedes Format</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Dateityp</translation>
    </message>
    <message>
        <source>Any type</source>
        <translation>Jeder Typ</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>With or without a place</source>
        <translation>Mit oder ohne Ort</translation>
    </message>
    <message>
        <source>With a place</source>
        <translation>Mit Ort</translation>
    </message>
    <message>
        <source>Without a place</source>
        <translation>Ohne Ort</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>ab %1</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>Landscape</source>
        <translation>Querformat</translation>
    </message>
    <message>
        <source>Portrait</source>
        <translation>Hochformat</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>Quadratisch</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Offline: its photos can be searched, with their thumbnails.</source>
        <translation>Offline: Die Fotos lassen sich mit ihren Vorschaubildern durchsuchen.</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files are gone; they are kept until you say that they were deleted (right-click).</source>
        <translation>
            <numerusform>%Ln Datei fehlt; sie wird behalten, bis Sie sagen, dass sie gelöscht wurde (Rechtsklick).</numerusform>
            <numerusform>%Ln Dateien fehlen; sie werden behalten, bis Sie sagen, dass sie gelöscht wurden (Rechtsklick).</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 gone</source>
        <translation>%1 fehlen</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>Im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Files are gone…</source>
        <translation>Dateien fehlen…</translation>
    </message>
    <message>
        <source>Remove from PhotoLens…</source>
        <translation>Aus PhotoLens entfernen…</translation>
    </message>
</context>
<context>
    <name>GridView</name>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
</context>
<context>
    <name>GuidePages</name>
    <message>
        <source>Page of the guide</source>
        <translation>Seite des Handbuchs</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>PhotoLens user guide</source>
        <translation>PhotoLens-Handbuch</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>Themen</translation>
    </message>
    <message>
        <source>Back (Alt+Left)</source>
        <translation>Zurück (Alt+Links)</translation>
    </message>
    <message>
        <source>Forward (Alt+Right)</source>
        <translation>Vor (Alt+Rechts)</translation>
    </message>
    <message>
        <source>Find in the guide</source>
        <translation>Im Handbuch suchen</translation>
    </message>
    <message>
        <source>%1 on this page</source>
        <translation>%1 auf dieser Seite</translation>
    </message>
    <message>
        <source>On another page: press Enter</source>
        <translation>Auf einer anderen Seite: Eingabetaste drücken</translation>
    </message>
    <message>
        <source>Not in the guide</source>
        <translation>Nicht im Handbuch</translation>
    </message>
</context>
<context>
    <name>Incoming</name>
    <message>
        <source>Only the first %1 pictures are used.</source>
        <translation>Nur die ersten %1 Bilder werden verwendet.</translation>
    </message>
    <message>
        <source>%1 cannot be searched with: %2</source>
        <translation>Mit %1 kann nicht gesucht werden: %2</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Another PhotoLens is reading photos into this library; here you can search it.</source>
        <translation>Ein anderes PhotoLens liest Fotos in diese Bibliothek ein; hier lässt sie sich durchsuchen.</translation>
    </message>
    <message>
        <source>The library&apos;s folder is read-only: you can search it, but change nothing.</source>
        <translation>Der Ordner der Bibliothek ist schreibgeschützt: Suchen ist möglich, Ändern nicht.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos, the best matches first</source>
        <translation>
            <numerusform>%Ln Foto, die besten Treffer zuerst</numerusform>
            <numerusform>%Ln Fotos, die besten Treffer zuerst</numerusform>
        </translation>
    </message>
    <message>
        <source>There are new photos.</source>
        <translation>Es gibt neue Fotos.</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Added %1.</source>
        <translation>%1 hinzugefügt.</translation>
    </message>
    <message>
        <source>You left a search with clicks in it.</source>
        <translation>Eine Suche mit Klicks wurde verlassen.</translation>
    </message>
    <message>
        <source>Back to it</source>
        <translation>Dorthin zurück</translation>
    </message>
    <message>
        <source>Go on reading photos</source>
        <translation>Einlesen fortsetzen</translation>
    </message>
    <message>
        <source>Pause reading photos</source>
        <translation>Einlesen anhalten</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>MessagePage</name>
    <message>
        <source>Working</source>
        <translation>Wird bearbeitet</translation>
    </message>
</context>
<context>
    <name>ModelInstaller</name>
    <message>
        <source>Something went wrong. The log has the details.</source>
        <translation>Etwas ist schiefgegangen. Näheres steht im Protokoll.</translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message>
        <source>About the model</source>
        <translation>Über das Modell</translation>
    </message>
    <message>
        <source>How far the model is</source>
        <translation>Fortschritt des Modells</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Download from</source>
        <translation>Herunterladen von</translation>
    </message>
    <message>
        <source>as the system says, or http://host:port</source>
        <translation>wie im System oder http://host:port</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Speed here</source>
        <translation>Tempo hier</translation>
    </message>
    <message>
        <source>Photos read</source>
        <translation>Gelesene Fotos</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>Herunterladen…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>Tempo messen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Forget what it read…</source>
        <translation>Gelesenes vergessen…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Datei importieren…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Ordner importieren…</translation>
    </message>
    <message>
        <source>Go on…</source>
        <translation>Fortsetzen…</translation>
    </message>
    <message>
        <source>With another model every photo is read again, in the background; the one before goes on answering until that is done.</source>
        <translation>Mit einem anderen Modell wird jedes Foto im Hintergrund neu gelesen; bis dahin antwortet das bisherige.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbinden…</translation>
    </message>
    <message>
        <source>Looking at the files…</source>
        <translation>Dateien werden geprüft…</translation>
    </message>
    <message>
        <source>Storing the model…</source>
        <translation>Modell wird gespeichert…</translation>
    </message>
    <message>
        <source>Downloading: %1 of %2. This goes on when the settings are closed.</source>
        <translation>Herunterladen: %1 von %2. Das läuft weiter, wenn die Einstellungen geschlossen sind.</translation>
    </message>
    <message>
        <source>%1 photos/s</source>
        <translation>%1 Fotos/s</translation>
    </message>
    <message>
        <source>%1: a model of your own.</source>
        <translation>%1: ein eigenes Modell.</translation>
    </message>
    <message>
        <source>Languages: %1</source>
        <translation>Sprachen: %1</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>%1 auf der Festplatte</translation>
    </message>
    <message>
        <source>Licence: %1</source>
        <translation>Lizenz: %1</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>In use until saved</source>
        <translation>In Gebrauch bis zum Speichern</translation>
    </message>
    <message>
        <source>Used once saved</source>
        <translation>Nach dem Speichern in Gebrauch</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>Installiert</translation>
    </message>
    <message>
        <source>Not installed</source>
        <translation>Nicht installiert</translation>
    </message>
    <message>
        <source>%1 of %2 there</source>
        <translation>%1 von %2 vorhanden</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 herunterzuladen</translation>
    </message>
</context>
<context>
    <name>NameDialog</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Type a name first.</source>
        <translation>Zuerst einen Namen eingeben.</translation>
    </message>
</context>
<context>
    <name>NarrowDialog</name>
    <message>
        <source>Help me narrow</source>
        <translation>Beim Eingrenzen helfen</translation>
    </message>
    <message>
        <source>Your answers count like clicks on photos.</source>
        <translation>Ihre Antworten zählen wie Klicks auf Fotos.</translation>
    </message>
    <message>
        <source>Arrow keys or 1 to 6 choose a photo, L is yes, D is no, U takes it back.</source>
        <translation>Pfeiltasten oder 1 bis 6 wählen ein Foto, L heißt ja, D nein, U nimmt zurück.</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>Keines davon</translation>
    </message>
    <message>
        <source>Six more</source>
        <translation>Sechs weitere</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Are these what you are looking for?</source>
        <translation>Sind es diese?</translation>
    </message>
    <message>
        <source>Thank you. Go on?</source>
        <translation>Danke. Weiter?</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>part of %1</source>
        <translation>Ausschnitt: %1</translation>
    </message>
</context>
<context>
    <name>PhotoCommands</name>
    <message numerus="yes">
        <source>Select at most %Ln photos for this.</source>
        <translation>
            <numerusform>Dafür höchstens %Ln Foto auswählen.</numerusform>
            <numerusform>Dafür höchstens %Ln Fotos auswählen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The system has no program for %1.</source>
        <translation>Das System hat kein Programm für %1.</translation>
    </message>
    <message>
        <source>1 file copied; paste it in any folder.</source>
        <translation>1 Datei kopiert; sie lässt sich in jeden Ordner einfügen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files copied; paste them in any folder.</source>
        <translation>
            <numerusform>%Ln Datei kopiert; sie lässt sich in jeden Ordner einfügen.</numerusform>
            <numerusform>%Ln Dateien kopiert; sie lassen sich in jeden Ordner einfügen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Path copied.</source>
        <translation>Pfad kopiert.</translation>
    </message>
    <message>
        <source>Move this photo to the trash?</source>
        <translation>Dieses Foto in den Papierkorb verschieben?</translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln photos to the trash?</source>
        <translation>
            <numerusform>%Ln Foto in den Papierkorb verschieben?</numerusform>
            <numerusform>%Ln Fotos in den Papierkorb verschieben?</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message numerus="yes">
        <source>With all their copies these are %Ln files.</source>
        <translation>
            <numerusform>Mit allen Kopien ist es %Ln Datei.</numerusform>
            <numerusform>Mit allen Kopien sind es %Ln Dateien.</numerusform>
        </translation>
    </message>
    <message>
        <source>Moving to the trash…</source>
        <translation>Wird in den Papierkorb verschoben…</translation>
    </message>
    <message>
        <source>move to trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>%1 could not be moved to the trash: %2</source>
        <translation>%1 konnte nicht in den Papierkorb verschoben werden: %2</translation>
    </message>
    <message>
        <source>1 file moved to the trash.</source>
        <translation>1 Datei in den Papierkorb verschoben.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files moved to the trash.</source>
        <translation>
            <numerusform>%Ln Datei in den Papierkorb verschoben.</numerusform>
            <numerusform>%Ln Dateien in den Papierkorb verschoben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>%1 could not be put back: %2</source>
        <translation>%1 konnte nicht zurückgelegt werden: %2</translation>
    </message>
    <message>
        <source>Put back where it was.</source>
        <translation>Zurückgelegt.</translation>
    </message>
    <message>
        <source>%1 is offline. Plug in its drive to use these files.</source>
        <translation>%1 ist offline. Das Laufwerk anschließen, um diese Dateien zu verwenden.</translation>
    </message>
</context>
<context>
    <name>PhotoModel</name>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>liked</source>
        <translation>gefällt</translation>
    </message>
    <message>
        <source>disliked</source>
        <translation>gefällt nicht</translation>
    </message>
    <message>
        <source>dd MMMM yyyy</source>
        <translation>d. MMMM yyyy</translation>
    </message>
    <message>
        <source>Photo of %1</source>
        <translation>Foto vom %1</translation>
    </message>
</context>
<context>
    <name>PictureChips</name>
    <message>
        <source>Picture: %1</source>
        <translation>Bild: %1</translation>
    </message>
</context>
<context>
    <name>PointingView</name>
    <message>
        <source>Take back (U)</source>
        <translation>Zurücknehmen (U)</translation>
    </message>
    <message>
        <source>More like this (L)</source>
        <translation>Mehr davon (L)</translation>
    </message>
    <message>
        <source>Less like this (D)</source>
        <translation>Weniger davon (D)</translation>
    </message>
</context>
<context>
    <name>QueryChip</name>
    <message>
        <source>%1 instead of %2</source>
        <translation>%1 statt %2</translation>
    </message>
</context>
<context>
    <name>QueryWords</name>
    <message>
        <source>words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>%1 pictures</source>
        <translation>%1 Bilder</translation>
    </message>
    <message>
        <source>1 like</source>
        <translation>1 Zustimmung</translation>
    </message>
    <message>
        <source>%1 likes</source>
        <translation>%1 Zustimmungen</translation>
    </message>
    <message>
        <source>1 dislike</source>
        <translation>1 Ablehnung</translation>
    </message>
    <message>
        <source>%1 dislikes</source>
        <translation>%1 Ablehnungen</translation>
    </message>
</context>
<context>
    <name>RecentList</name>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Recent searches</source>
        <translation>Letzte Suchen</translation>
    </message>
    <message>
        <source>Show recent searches</source>
        <translation>Letzte Suchen zeigen</translation>
    </message>
    <message>
        <source>Fold recent searches</source>
        <translation>Letzte Suchen einklappen</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Forget this search</source>
        <translation>Diese Suche vergessen</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Describe a photo, or drop a picture here</source>
        <translation>Foto beschreiben oder Bild hierher ziehen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche löschen</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>Balance between picture and words</source>
        <translation>Verhältnis von Bild und Wörtern</translation>
    </message>
    <message>
        <source>How much the words count beside the pictures</source>
        <translation>Wie viel die Wörter neben den Bildern zählen</translation>
    </message>
    <message>
        <source>For example:  a street at night,  beach -people,  flowers since:2019,  folder:Holiday</source>
        <translation>Zum Beispiel:  a street at night,  beach -people,  flowers since:2019,  folder:Urlaub</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>The settings are in use, but could not be saved in %1: %2.</source>
        <translation>Die Einstellungen gelten, konnten aber nicht in %1 gespeichert werden: %2.</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>As the system</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>The fastest that is as good</source>
        <translation>Automatisch: am schnellsten bei gleicher Güte</translation>
    </message>
    <message>
        <source>Exact (float32)</source>
        <translation>Genau (float32)</translation>
    </message>
    <message>
        <source>Faster on newer processors (bfloat16)</source>
        <translation>Schneller auf neueren Prozessoren (bfloat16)</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>, offline</source>
        <translation>, offline</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>PhotoLens reads the photos in these folders and follows what happens there.</source>
        <translation>PhotoLens liest die Fotos in diesen Ordnern und verfolgt, was sich dort ändert.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Backups of the library kept</source>
        <translation>Aufbewahrte Sicherungen der Bibliothek</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>one per core (%1)</source>
        <translation>je Kern einer (%1)</translation>
    </message>
    <message>
        <source>Threads that read photos</source>
        <translation>Threads zum Lesen der Fotos</translation>
    </message>
    <message>
        <source> minutes</source>
        <translation> Minuten</translation>
    </message>
    <message>
        <source>Compare folders every</source>
        <translation>Ordner abgleichen alle</translation>
    </message>
    <message>
        <source>Memory for thumbnails</source>
        <translation>Speicher für Vorschaubilder</translation>
    </message>
    <message>
        <source>Pause reading photos while on battery</source>
        <translation>Im Akkubetrieb keine Fotos einlesen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Used from the next start on</source>
        <translation>Gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Let things move: fade photos in</source>
        <translation>Bewegung zulassen: Fotos einblenden</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
</context>
<context>
    <name>Shown</name>
    <message>
        <source>That was everything; U takes a click back</source>
        <translation>Das war alles; U nimmt einen Klick zurück</translation>
    </message>
    <message>
        <source>Nothing matches strongly; what comes near is hidden</source>
        <translation>Keine guten Treffer; was nahe kommt, ist ausgeblendet</translation>
    </message>
    <message>
        <source>Nothing matches strongly; these come nearest</source>
        <translation>Keine guten Treffer; diese kommen am nächsten</translation>
    </message>
    <message>
        <source>Your picks</source>
        <translation>Ihre Auswahl</translation>
    </message>
    <message>
        <source>Strong matches</source>
        <translation>Gute Treffer</translation>
    </message>
    <message>
        <source>Maybe</source>
        <translation>Vielleicht</translation>
    </message>
    <message>
        <source>The rest</source>
        <translation>Die übrigen</translation>
    </message>
    <message>
        <source>Nearer to what you disliked</source>
        <translation>Näher an dem, was nicht gefiel</translation>
    </message>
    <message>
        <source>Less like this</source>
        <translation>Weniger davon</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Photos read</source>
        <translation>Gelesene Fotos</translation>
    </message>
    <message>
        <source>Size of the photos</source>
        <translation>Größe der Fotos</translation>
    </message>
    <message>
        <source>Size of the photos (Ctrl and the mouse wheel)</source>
        <translation>Größe der Fotos (Strg und Mausrad)</translation>
    </message>
    <message>
        <source>1 file could not be read</source>
        <translation>1 Datei nicht lesbar</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files could not be read</source>
        <translation>
            <numerusform>%Ln Datei nicht lesbar</numerusform>
            <numerusform>%Ln Dateien nicht lesbar</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 selected</source>
        <translation>%1 von %2 ausgewählt</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Looking through %1…</source>
        <translation>%1 wird durchgesehen…</translation>
    </message>
    <message>
        <source>%1 is back.</source>
        <translation>%1 ist wieder da.</translation>
    </message>
    <message>
        <source>%1 is offline; its photos can still be searched.</source>
        <translation>%1 ist offline; die Fotos lassen sich weiter durchsuchen.</translation>
    </message>
    <message>
        <source>Paused at %1 of %2</source>
        <translation>Angehalten bei %1 von %2</translation>
    </message>
    <message>
        <source>Reading photos: %1 of %2</source>
        <translation>Fotos einlesen: %1 von %2</translation>
    </message>
    <message>
        <source>On battery: paused at %1 of %2</source>
        <translation>Akkubetrieb: angehalten bei %1 von %2</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 new</source>
        <translation>%1 neu</translation>
    </message>
    <message>
        <source>%1 gone</source>
        <translation>%1 fehlen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files wait for a folder that is offline</source>
        <translation>
            <numerusform>%Ln Datei wartet auf einen Ordner, der offline ist</numerusform>
            <numerusform>%Ln Dateien warten auf einen Ordner, der offline ist</numerusform>
        </translation>
    </message>
    <message>
        <source>1 file waits for a folder that is offline</source>
        <translation>1 Datei wartet auf einen Ordner, der offline ist</translation>
    </message>
    <message>
        <source>Up to date: %1</source>
        <translation>Aktuell: %1</translation>
    </message>
</context>
<context>
    <name>TermChip</name>
    <message>
        <source>Click to turn it round, drag sideways to weigh it, double-click for 1 ×</source>
        <translation>Klick kehrt um, seitlich ziehen gewichtet, Doppelklick für 1 ×</translation>
    </message>
    <message>
        <source>Click for the opposite, drag sideways to weigh it, double-click for 1 ×</source>
        <translation>Klick für das Gegenteil, seitlich ziehen gewichtet, Doppelklick für 1 ×</translation>
    </message>
    <message>
        <source>%1, looked for, weight %2. Delete removes it, Space negates it, Left and Right weigh it.</source>
        <translation>%1, gesucht, Gewicht %2. Entf entfernt, Leertaste kehrt um, Links und Rechts gewichten.</translation>
    </message>
    <message>
        <source>%1, pushed away, weight %2. Delete removes it, Space negates it, Left and Right weigh it.</source>
        <translation>%1, gemieden, Gewicht %2. Entf entfernt, Leertaste kehrt um, Links und Rechts gewichten.</translation>
    </message>
</context>
<context>
    <name>UndoStack</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
</context>
<context>
    <name>VanishedDialog</name>
    <message>
        <source>Files that are gone</source>
        <translation>Fehlende Dateien</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files in %2</source>
        <translation>
            <numerusform>%Ln Datei in %2</numerusform>
            <numerusform>%Ln Dateien in %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the first %Ln</source>
        <translation>
            <numerusform>die erste</numerusform>
            <numerusform>die ersten %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>Liste kopieren</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Photo viewer</source>
        <translation>Fotobetrachter</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Laden…</translation>
    </message>
    <message>
        <source>This is only its thumbnail.</source>
        <translation>Dies ist nur das Vorschaubild.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>Whereabouts</name>
    <message>
        <source>Its file in %1 is gone, with many others. It is kept until you say they were deleted.</source>
        <translation>Die Datei in %1 fehlt, mit vielen anderen. Sie wird behalten, bis Sie sagen, dass sie gelöscht wurden.</translation>
    </message>
    <message>
        <source>On %1, which is offline. Plug it in or connect to it to see the photo itself.</source>
        <translation>Auf %1, zurzeit offline. Anschließen oder verbinden, um das Foto selbst zu sehen.</translation>
    </message>
</context>
<context>
    <name>WhyView</name>
    <message>
        <source>0 is what your photos usually score; from about 2 a photo stands out.</source>
        <translation>0 erreichen Ihre Fotos meist; ab etwa 2 sticht ein Foto heraus.</translation>
    </message>
    <message>
        <source>Most like what you liked</source>
        <translation>Ähnelt am meisten, was gefiel</translation>
    </message>
    <message>
        <source>Most like what you disliked</source>
        <translation>Ähnelt am meisten, was nicht gefiel</translation>
    </message>
    <message>
        <source>You liked it</source>
        <translation>Gefällt Ihnen</translation>
    </message>
    <message>
        <source>You disliked it</source>
        <translation>Gefällt Ihnen nicht</translation>
    </message>
    <message>
        <source>Its file name is what you typed</source>
        <translation>Der Dateiname ist das Eingegebene</translation>
    </message>
    <message>
        <source>Strong match</source>
        <translation>Guter Treffer</translation>
    </message>
    <message>
        <source>Maybe</source>
        <translation>Vielleicht</translation>
    </message>
    <message>
        <source>Not close</source>
        <translation>Nicht nahe</translation>
    </message>
    <message>
        <source>score %1, strong from %2</source>
        <translation>Wert %1, gut ab %2</translation>
    </message>
    <message>
        <source>score %1, maybe from %2</source>
        <translation>Wert %1, vielleicht ab %2</translation>
    </message>
    <message>
        <source>%1 instead of %2</source>
        <translation>%1 statt %2</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>part of a picture</source>
        <translation>Bildausschnitt</translation>
    </message>
    <message>
        <source>taken together</source>
        <translation>zusammen</translation>
    </message>
    <message>
        <source>your clicks</source>
        <translation>Ihre Klicks</translation>
    </message>
    <message>
        <source>%1: adds %2</source>
        <translation>%1: bringt %2</translation>
    </message>
    <message>
        <source>%1: takes away %2</source>
        <translation>%1: nimmt %2</translation>
    </message>
    <message>
        <source>Alone, this photo would score %1 with it.</source>
        <translation>Allein damit hätte dieses Foto den Wert %1.</translation>
    </message>
    <message>
        <source>%1 % alike</source>
        <translation>zu %1 % ähnlich</translation>
    </message>
    <message>
        <source>Go to this photo</source>
        <translation>Zu diesem Foto gehen</translation>
    </message>
    <message>
        <source>This picture is not in your library</source>
        <translation>Dieses Bild ist nicht in Ihrer Bibliothek</translation>
    </message>
</context>
<context>
    <name>WindowBackups</name>
    <message>
        <source>Making a backup…</source>
        <translation>Sicherung wird erstellt…</translation>
    </message>
    <message>
        <source>Backed up: %1.</source>
        <translation>Gesichert: %1.</translation>
    </message>
</context>
<context>
    <name>WindowClicks</name>
    <message>
        <source>These photos answer another question: click when the new ones are here.</source>
        <translation>Diese Fotos gehören zu einer anderen Suche: klicken, sobald die neuen da sind.</translation>
    </message>
    <message>
        <source>like</source>
        <translation>Gefällt mir</translation>
    </message>
    <message>
        <source>dislike</source>
        <translation>Gefällt mir nicht</translation>
    </message>
    <message>
        <source>take a click back</source>
        <translation>Klick zurücknehmen</translation>
    </message>
    <message>
        <source>forget clicks</source>
        <translation>Klicks vergessen</translation>
    </message>
</context>
<context>
    <name>WindowDamage</name>
    <message>
        <source>Looking for a good backup…</source>
        <translation>Eine gute Sicherung wird gesucht…</translation>
    </message>
    <message>
        <source>Go back to the backup of %1?</source>
        <translation>Zurück zur Sicherung von %1?</translation>
    </message>
    <message>
        <source>It holds %1. What was saved since then is left out; a backup of it is made first. Your photos are not touched, and new ones are found again.</source>
        <translation>Sie enthält %1. Was danach gespeichert wurde, entfällt; davon wird zuerst eine Sicherung erstellt. Ihre Fotos bleiben unberührt, und neue werden wieder gefunden.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>There is no good backup. PhotoLens can read your photos again, and save what can still be read of your concepts; the damaged file is kept.</source>
        <translation>Es gibt keine gute Sicherung. PhotoLens kann Ihre Fotos neu einlesen und retten, was von Ihren Konzepten noch lesbar ist; die beschädigte Datei bleibt erhalten.</translation>
    </message>
    <message>
        <source>Start again from the photos…</source>
        <translation>Neu beginnen mit den Fotos…</translation>
    </message>
    <message>
        <source>The newest good backup is of %1, with %2. Photos that came later are read again.</source>
        <translation>Die neueste gute Sicherung ist von %1, mit %2. Spätere Fotos werden neu eingelesen.</translation>
    </message>
    <message>
        <source>Restore the backup of %1</source>
        <translation>Sicherung von %1 wiederherstellen</translation>
    </message>
    <message>
        <source>The catalog is damaged</source>
        <translation>Der Katalog ist beschädigt</translation>
    </message>
    <message>
        <source>Your photos are not affected, only what PhotoLens has noted about them.</source>
        <translation>Ihre Fotos sind nicht betroffen, nur was PhotoLens über sie notiert hat.</translation>
    </message>
    <message>
        <source>Recent searches are lost, and concepts that the damaged file does not yield any more.</source>
        <translation>Letzte Suchen gehen verloren, ebenso Konzepte, die die beschädigte Datei nicht mehr hergibt.</translation>
    </message>
    <message>
        <source>Every photo is read again, which may take hours. The damaged file is kept.</source>
        <translation>Jedes Foto wird neu eingelesen, was Stunden dauern kann. Die beschädigte Datei bleibt erhalten.</translation>
    </message>
    <message>
        <source>The backup of %1 is not used, and stays where it is.</source>
        <translation>Die Sicherung von %1 wird nicht verwendet und bleibt, wo sie ist.</translation>
    </message>
    <message>
        <source>Start again from the photos?</source>
        <translation>Neu beginnen mit den Fotos?</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>Restoring the backup…</source>
        <translation>Sicherung wird wiederhergestellt…</translation>
    </message>
    <message>
        <source>Starting again…</source>
        <translation>Neubeginn…</translation>
    </message>
    <message>
        <source>Started again from the photos.</source>
        <translation>Neu begonnen mit den Fotos.</translation>
    </message>
    <message>
        <source>The backup of %1 is restored.</source>
        <translation>Die Sicherung von %1 ist wiederhergestellt.</translation>
    </message>
    <message>
        <source>The catalog of before is kept in %1.</source>
        <translation>Der bisherige Katalog liegt in %1.</translation>
    </message>
    <message>
        <source>1 concept was saved from it.</source>
        <translation>1 Konzept wurde daraus gerettet.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln concepts were saved from it.</source>
        <translation>
            <numerusform>%Ln Konzept wurde daraus gerettet.</numerusform>
            <numerusform>%Ln Konzepte wurden daraus gerettet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WindowDialogs</name>
    <message>
        <source>Add a folder with photos</source>
        <translation>Ordner mit Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Search with a picture</source>
        <translation>Mit einem Bild suchen</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Remove folder</source>
        <translation>Ordner entfernen</translation>
    </message>
    <message>
        <source>Remove %1 from PhotoLens?</source>
        <translation>%1 aus PhotoLens entfernen?</translation>
    </message>
    <message>
        <source>The photos stay on disk. Adding the folder again reads them again.</source>
        <translation>Die Fotos bleiben auf der Festplatte. Wird der Ordner wieder hinzugefügt, werden sie neu eingelesen.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Trying the model…</source>
        <translation>Modell wird erprobt…</translation>
    </message>
    <message>
        <source>PhotoLens %1

Search your own photos by showing and telling, all on your machine.

Free software under the GNU General Public License, version 3 or later. Icons: Phosphor (MIT). Made with Qt %2.</source>
        <translation>PhotoLens %1

Eigene Fotos durch Zeigen und Beschreiben finden, ganz auf diesem Computer.

Freie Software unter der GNU General Public License, Version 3 oder neuer. Symbole: Phosphor (MIT). Erstellt mit Qt %2.</translation>
    </message>
    <message>
        <source>About PhotoLens</source>
        <translation>Über PhotoLens</translation>
    </message>
    <message>
        <source>Copied. Paste it into your report; it names no photo.</source>
        <translation>Kopiert. In den Fehlerbericht einfügen; kein Foto wird darin genannt.</translation>
    </message>
</context>
<context>
    <name>WindowFrame</name>
    <message>
        <source>Searching</source>
        <translation>Suche läuft</translation>
    </message>
</context>
<context>
    <name>WindowModels</name>
    <message>
        <source> It limits what you may do: %1.</source>
        <translation> Sie schränkt die Nutzung ein: %1.</translation>
    </message>
    <message>
        <source>%1 from %2; nothing about your photos is sent.</source>
        <translation>%1 von %2; über Ihre Fotos wird nichts gesendet.</translation>
    </message>
    <message>
        <source>Licence: %1, %2.</source>
        <translation>Lizenz: %1, %2.</translation>
    </message>
    <message>
        <source>Download the model %1?</source>
        <translation>Das Modell %1 herunterladen?</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Import a model</source>
        <translation>Modell importieren</translation>
    </message>
    <message>
        <source>Remove the model %1 from this computer?</source>
        <translation>Das Modell %1 von diesem Computer entfernen?</translation>
    </message>
    <message>
        <source>What was read with it stays in the library. It can be installed again.</source>
        <translation>Was damit gelesen wurde, bleibt in der Bibliothek. Das Modell kann wieder installiert werden.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>Wird entfernt…</translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation>Entfernt.</translation>
    </message>
    <message>
        <source>Forget what %1 has read of this library?</source>
        <translation>Vergessen, was %1 von dieser Bibliothek gelesen hat?</translation>
    </message>
    <message>
        <source>%1 photos, %2; the model in use has read %3. Photos and concepts stay. Going back to this model reads all again.</source>
        <translation>%1 Fotos, %2; das verwendete Modell hat %3 gelesen. Fotos und Konzepte bleiben. Bei der Rückkehr zu diesem Modell wird alles neu gelesen.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forgetting…</source>
        <translation>Wird vergessen…</translation>
    </message>
    <message>
        <source>Forgotten.</source>
        <translation>Vergessen.</translation>
    </message>
    <message>
        <source>Measuring, which takes some seconds…</source>
        <translation>Messung läuft, einige Sekunden…</translation>
    </message>
    <message>
        <source>Measured.</source>
        <translation>Gemessen.</translation>
    </message>
    <message>
        <source>The model %1 is installed.</source>
        <translation>Das Modell %1 ist installiert.</translation>
    </message>
    <message>
        <source>“Use” and “Save” take it into use.</source>
        <translation>„Verwenden“ und „Speichern“ nehmen es in Gebrauch.</translation>
    </message>
    <message>
        <source>Settings, Model takes it into use.</source>
        <translation>Unter „Einstellungen“, „Modell“ lässt es sich in Gebrauch nehmen.</translation>
    </message>
    <message>
        <source>Stopped. What was downloaded is kept.</source>
        <translation>Angehalten. Das Heruntergeladene bleibt erhalten.</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
</context>
<context>
    <name>WindowNarrow</name>
    <message>
        <source>Search for something first.</source>
        <translation>Zuerst nach etwas suchen.</translation>
    </message>
    <message>
        <source>There is no photo left to ask about.</source>
        <translation>Es ist kein Foto mehr übrig, nach dem zu fragen wäre.</translation>
    </message>
    <message>
        <source>Looking for photos to ask about…</source>
        <translation>Fotos für Fragen werden gesucht…</translation>
    </message>
</context>
<context>
    <name>WindowNotices</name>
    <message>
        <source>They were deleted</source>
        <translation>Sie wurden gelöscht</translation>
    </message>
    <message>
        <source>Take them out of the library. Clicks and concepts stay.</source>
        <translation>Aus der Bibliothek nehmen. Klicks und Konzepte bleiben.</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>They stay in the library, and are found again when they come back.</source>
        <translation>Sie bleiben in der Bibliothek und werden wieder gefunden, sobald sie zurück sind.</translation>
    </message>
    <message>
        <source>Show which…</source>
        <translation>Zeigen, welche…</translation>
    </message>
    <message>
        <source>1 file in %2 is gone. Was it deleted?</source>
        <translation>1 Datei in %2 fehlt. Wurde sie gelöscht?</translation>
    </message>
    <message numerus="yes">
        <source>None of the %Ln photos of %2 is there. Another drive may be in its place.</source>
        <translation>
            <numerusform>Das %Ln Foto von %2 ist nicht da. Vielleicht ist dort ein anderes Laufwerk.</numerusform>
            <numerusform>Keines der %Ln Fotos von %2 ist da. Vielleicht ist dort ein anderes Laufwerk.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of %3 files in %2 are gone. Were they deleted?</source>
        <translation>
            <numerusform>%Ln von %3 Dateien in %2 fehlt. Wurde sie gelöscht?</numerusform>
            <numerusform>%Ln von %3 Dateien in %2 fehlen. Wurden sie gelöscht?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln files in %2 are gone. Were they deleted?</source>
        <translation>
            <numerusform>%Ln Datei in %2 fehlt. Wurde sie gelöscht?</numerusform>
            <numerusform>%Ln Dateien in %2 fehlen. Wurden sie gelöscht?</numerusform>
        </translation>
    </message>
    <message>
        <source>The files of %1 are kept; right-click the folder to be asked again.</source>
        <translation>Die Dateien von %1 werden behalten; ein Rechtsklick auf den Ordner stellt die Frage erneut.</translation>
    </message>
    <message>
        <source>1 file was taken out of the library.</source>
        <translation>1 Datei wurde aus der Bibliothek genommen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files were taken out of the library.</source>
        <translation>
            <numerusform>%Ln Datei wurde aus der Bibliothek genommen.</numerusform>
            <numerusform>%Ln Dateien wurden aus der Bibliothek genommen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen…</translation>
    </message>
    <message>
        <source>Shows which backup there is, before anything is done.</source>
        <translation>Zeigt erst, welche Sicherung es gibt.</translation>
    </message>
    <message>
        <source>The catalog is damaged; nothing more is written to it. Your photos are not affected.</source>
        <translation>Der Katalog ist beschädigt; es wird nichts mehr hineingeschrieben. Ihre Fotos sind nicht betroffen.</translation>
    </message>
</context>
<context>
    <name>WindowPages</name>
    <message>
        <source>Opening your library…</source>
        <translation>Bibliothek wird geöffnet…</translation>
    </message>
    <message>
        <source>The library cannot be opened</source>
        <translation>Die Bibliothek kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>Fotos werden gesucht…</translation>
    </message>
    <message>
        <source>The first ones show up in a few seconds.</source>
        <translation>Die ersten erscheinen in wenigen Sekunden.</translation>
    </message>
    <message>
        <source>No photo could be read</source>
        <translation>Kein Foto konnte gelesen werden</translation>
    </message>
    <message>
        <source>There is a list of the files, with the reason for each.</source>
        <translation>Eine Liste nennt die Dateien mit dem jeweiligen Grund.</translation>
    </message>
    <message>
        <source>Show the list</source>
        <translation>Liste zeigen</translation>
    </message>
    <message>
        <source>Find any photo by describing it</source>
        <translation>Fotos finden, indem man sie beschreibt</translation>
    </message>
    <message>
        <source>Choose the folder with your photos. PhotoLens only reads them, on this computer; nothing is uploaded, and you can search while it reads.</source>
        <translation>Den Ordner mit Ihren Fotos wählen. PhotoLens liest sie nur, auf diesem Computer; nichts wird hochgeladen, und suchen lässt sich schon währenddessen.</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>%1 hinzufügen</translation>
    </message>
    <message>
        <source>Choose another folder…</source>
        <translation>Anderen Ordner wählen…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>Show all photos</source>
        <translation>Alle Fotos zeigen</translation>
    </message>
    <message>
        <source>Nothing matches strongly</source>
        <translation>Keine guten Treffer</translation>
    </message>
    <message>
        <source>There are photos that come near.</source>
        <translation>Es gibt Fotos, die nahe kommen.</translation>
    </message>
    <message>
        <source>Show the nearest</source>
        <translation>Die nächsten zeigen</translation>
    </message>
    <message>
        <source>Every photo is nearer to one that you disliked</source>
        <translation>Jedes Foto ist näher an einem, das nicht gefiel</translation>
    </message>
    <message>
        <source>Such photos are left out, as you chose under “Clicks”.</source>
        <translation>Solche Fotos werden weggelassen, wie unter „Klicks“ gewählt.</translation>
    </message>
    <message>
        <source>Forget my clicks</source>
        <translation>Meine Klicks vergessen</translation>
    </message>
    <message>
        <source>Put them last instead</source>
        <translation>Stattdessen ans Ende stellen</translation>
    </message>
    <message>
        <source>No photo meets these filters</source>
        <translation>Kein Foto erfüllt diese Filter</translation>
    </message>
    <message>
        <source>Your photos are still being read; results appear as they come.</source>
        <translation>Ihre Fotos werden noch eingelesen; Treffer erscheinen nach und nach.</translation>
    </message>
    <message>
        <source>Nothing found yet</source>
        <translation>Noch nichts gefunden</translation>
    </message>
    <message>
        <source>Try other words, or fewer conditions.</source>
        <translation>Andere Wörter oder weniger Bedingungen versuchen.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>No photos in %1</source>
        <translation>Keine Fotos in %1</translation>
    </message>
    <message>
        <source>No photos yet</source>
        <translation>Noch keine Fotos</translation>
    </message>
    <message>
        <source>Add another folder…</source>
        <translation>Weiteren Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut nachsehen</translation>
    </message>
    <message>
        <source>Photos that come into it show up by themselves.</source>
        <translation>Fotos, die hineinkommen, erscheinen von selbst.</translation>
    </message>
</context>
<context>
    <name>WindowPhotos</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>WindowRecent</name>
    <message>
        <source>forget searches</source>
        <translation>Suchen vergessen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Recent searches forgotten.</source>
        <translation>Letzte Suchen vergessen.</translation>
    </message>
</context>
<context>
    <name>YearScrubber</name>
    <message>
        <source>Years</source>
        <translation>Jahre</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <translation>MMMM yyyy</translation>
    </message>
</context>
<context>
    <name>_Model</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>Something went wrong: %1. The log has the details.</source>
        <translation>Etwas ist schiefgegangen: %1. Näheres steht im Protokoll.</translation>
    </message>
</context>
</TS>
