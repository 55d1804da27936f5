"""The real data behind these surfaces, as published, and the split that all of them share.

- cars.csv: speed (mph) and stopping distance (ft) of 50 cars. M. Ezekiel, *Methods of Correlation Analysis*, Wiley
  (1930).
- petals.csv: petal length and width (cm) of 50 Iris versicolor, then 50 Iris virginica. R. A. Fisher, "The use of
  multiple measurements in taxonomic problems", Annals of Eugenics 7 (1936) 179-188.
- geyser.csv: waiting time and duration (min) of 272 eruptions of Old Faithful. W. Härdle, *Smoothing Techniques with
  Implementation in S*, Springer (1991); A. Azzalini, A. W. Bowman, "A look at some data on the Old Faithful geyser",
  Applied Statistics 39 (1990) 357-365.

Every fourth point is for training, the others for validation: with so few training points the surfaces differ visibly.
"""
